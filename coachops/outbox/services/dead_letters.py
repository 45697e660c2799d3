"""What a practice decides about messages that were given up."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from coachops.outbox.models import Message, MessageState
from coachops.outbox.queue import show
from coachops.tenancy.scope import current_scope

_SHOWN: Final = (
    "id",
    "practice_id",
    "kind",
    "key",
    "subject_id",
    "recipient",
    "payload",
    "due_at",
    "not_after",
)


class NotGivenUp(Exception):
    """The message is not (or no longer) one that waits for a decision."""


@transaction.atomic
def retry(*, message_id: UUID, now: datetime) -> Message:
    """Send it again at once, with all its attempts; refused for what is not given up (NotGivenUp).

    Who decided is the acting membership. The audit row is the caller's, who knows what the message
    was about.
    """
    message = _given_up(message_id)
    message.state = MessageState.PENDING
    message.due_at = now
    message.attempts = 0
    # A late word of the worker that lost it no longer counts.
    message.claim = None
    message.handoff_at = None
    show({name: getattr(message, name) for name in _SHOWN})
    return _decide(message, now)


@transaction.atomic
def dismiss(*, message_id: UUID, now: datetime) -> Message:
    """Let it rest; refused for what is not given up (NotGivenUp)."""
    message = _given_up(message_id)
    message.state = MessageState.CANCELLED
    message.claim = None
    return _decide(message, now)


def _given_up(message_id: UUID) -> Message:
    message: Message | None = (
        Message.objects.select_for_update().dead().filter(pk=message_id).first()
    )
    if message is None:
        raise NotGivenUp
    return message


def _decide(message: Message, now: datetime) -> Message:
    active = current_scope()
    message.decided_by = active.membership_id if active else None
    message.decided_at = now
    message.save(
        update_fields=[
            "state",
            "due_at",
            "attempts",
            "claim",
            "handoff_at",
            "decided_by",
            "decided_at",
        ]
    )
    return message
