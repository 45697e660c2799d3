"""Which mails a session causes, as rows of the outbox in the caller's transaction."""

from datetime import datetime, timedelta
from typing import Final

from coachops.outbox.queue import FIRST, enqueue, withdraw
from scheduling.models import Session

CONFIRMED: Final = "scheduling.confirmed"
MOVED: Final = "scheduling.moved"
CANCELLED: Final = "scheduling.cancelled"
REMINDER: Final = "scheduling.reminder"
BOOKER: Final = "booker"
COACH: Final = "coach"


def tell_both(*, kind: str, session: Session, now: datetime) -> None:
    """One mail with its calendar revision to the booker and one to the coach, at once."""
    for reader in (BOOKER, COACH):
        enqueue(
            kind=kind,
            key=f"booking:{session.pk}:{session.calendar_sequence}:{reader}",
            due_at=now,
            subject_id=session.pk,
            payload={"reader": reader, "sequence": session.calendar_sequence},
            priority=FIRST,
        )


def plan_reminders(*, session: Session, now: datetime) -> None:
    """One row for each lead time that is still ahead; a moved session's old ones are withdrawn.

    The lead is elapsed time, so a reminder two hours before stays two hours before on the night
    the clocks change.
    """
    withdraw_reminders(session=session)
    for minutes in session.offering.reminders:
        due_at = session.starts_at - timedelta(minutes=minutes)
        if due_at <= now:
            continue
        enqueue(
            kind=REMINDER,
            key=f"reminder:{session.pk}:{minutes}:{session.starts_at:%Y%m%dT%H%M}Z",
            due_at=due_at,
            subject_id=session.pk,
            payload={"reader": BOOKER, "starts_at": session.starts_at.isoformat()},
            not_after=session.starts_at,
        )


def withdraw_reminders(*, session: Session) -> None:
    withdraw(key_prefix=f"reminder:{session.pk}:")
