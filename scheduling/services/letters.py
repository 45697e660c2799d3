"""The logistics letter to a client, sent when it was read and found right."""

from datetime import datetime

from django.db import transaction

from clients.models import Engagement, StepKind
from clients.queries.clients import address_of
from clients.services.onboarding import happened
from coachops.audit.record import record
from coachops.outbox.queue import enqueue

LETTER = "scheduling.logistics_letter"


@transaction.atomic
def send_letter(*, engagement: Engagement, now: datetime) -> None:
    """Send it, and tick off the step of the onboarding. Twice in a minute sends one letter."""
    enqueue(
        kind=LETTER,
        key=f"logistics-letter:{engagement.pk}:{now:%Y%m%dT%H%M}",
        due_at=now,
        subject_id=engagement.pk,
        recipient=address_of(engagement.client),
    )
    record(event="engagement.letter_sent", subject=engagement, now=now)
    happened(kind=StepKind.LETTER, engagement_id=engagement.pk, now=now)
