"""Retention on the timetable."""

import logging
from uuid import UUID

from celery import shared_task
from celery.schedules import crontab
from django.db import transaction
from django.utils import timezone

from coachops.practices.models import Practice
from coachops.retention.models import Erasure
from coachops.retention.services.erasure_ledger import write_missing
from coachops.retention.services.periods import remove_what_is_over
from coachops.retention.services.rounds import practice_ids
from coachops.tenancy.celery import TimetableEntry
from coachops.tenancy.scope import scope, system_scope

logger = logging.getLogger(__name__)
MOST_ERASURES = 1000


@shared_task(name="retention.remove", soft_time_limit=800)
def remove_in_all_practices() -> int:
    """What is over in every practice; how many rows went. Running twice does no harm."""
    removed = 0
    for practice_id in practice_ids():
        try:
            removed += _in_practice(practice_id)
        except Exception:  # trouble in one practice is not the next one's
            logger.exception("nothing was removed in practice %s", practice_id)
    return removed


def _in_practice(practice_id: UUID) -> int:
    with scope(system_scope(practice_id)):
        with transaction.atomic():
            practice = Practice.objects.get(pk=practice_id)
        removed = remove_what_is_over(practice=practice, now=timezone.now())
        with transaction.atomic():
            # A line that a full disk had refused is written now.
            done = Erasure.objects.filter(state=Erasure.State.DONE).order_by("-done_at")
            write_missing(erasures=done[:MOST_ERASURES])
        return removed.total()


TIMETABLE = {
    "remove what is over": TimetableEntry(remove_in_all_practices.name, crontab(hour=2, minute=30)),
}
