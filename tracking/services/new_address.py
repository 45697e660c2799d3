"""What somebody had begun to answer is not shown to whoever reads their mail from now on."""

from datetime import datetime

from django.db import transaction

from clients.models import Client
from clients.services.asking import withdraw_asking
from coachops.questionnaires.services.responses import open_response
from tracking.models import AskedQuestionnaire


@transaction.atomic
def take_back_questionnaires(*, client: Client, now: datetime) -> None:
    """Nothing waits any more; what the practice's rule asks again is asked on an empty sheet."""
    rows = AskedQuestionnaire.objects.select_related("response__version").filter(client=client)
    for asked in rows.filter(closed_at=None).order_by("pk"):
        withdraw_asking(asking=asked, now=now)
    for asked in rows.filter(by_rule=True, response__sent_at=None).order_by("pk"):
        blank = open_response(version=asked.response.version, subject_id=client.pk, now=now)
        AskedQuestionnaire.objects.filter(pk=asked.pk).update(response=blank, browser_hash=None)
