"""What a person decides about mail and documents that could not be delivered."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from coachops.audit.record import record
from coachops.outbox.services import dead_letters


@transaction.atomic
def deliver_again(*, message_id: UUID, now: datetime) -> None:
    """Put it back into the outbox. Raises dead_letters.NotGivenUp if somebody decided before."""
    message = dead_letters.retry(message_id=message_id, now=now)
    record(event="message.retried", subject=message, now=now, facts={"kind": message.kind})


@transaction.atomic
def give_up(*, message_id: UUID, now: datetime) -> None:
    """Give it up for good. Raises dead_letters.NotGivenUp if somebody decided before."""
    message = dead_letters.dismiss(message_id=message_id, now=now)
    record(event="message.dismissed", subject=message, now=now, facts={"kind": message.kind})
