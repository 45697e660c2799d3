"""Which mails a request to a coach causes, and when it is declined by itself."""

from datetime import datetime, timedelta
from typing import Final

from coachops.outbox.queue import FIRST, enqueue, withdraw
from scheduling.models import Session
from scheduling.services.notices import BOOKER, COACH

REQUESTED: Final = "scheduling.requested"
REQUEST_ENDED: Final = "scheduling.request_ended"
UNANSWERED: Final = "scheduling.unanswered"

BEFORE_START: Final = timedelta(hours=2)
"""So long before the start an unanswered request is declined, so that nobody waits in vain."""


def answer_until(session: Session, now: datetime) -> datetime:
    """When a request is declined by itself: two hours before, or half-way if it starts sooner."""
    return max(session.starts_at - BEFORE_START, now + (session.starts_at - now) / 2)


def tell_of_request(*, session: Session, now: datetime) -> None:
    """Ask the coach, tell the booker that we asked, and plan what happens without an answer."""
    for reader in (BOOKER, COACH):
        _tell(REQUESTED, session, reader, now)
    enqueue(
        kind=UNANSWERED,
        key=f"request:{session.pk}:unanswered",
        due_at=answer_until(session, now),
        subject_id=session.pk,
    )


def tell_of_its_end(*, session: Session, readers: tuple[str, ...], now: datetime) -> None:
    """It was declined, withdrawn or not answered; nobody has an invitation to take back."""
    withdraw_request(session=session)
    for reader in readers:
        _tell(REQUEST_ENDED, session, reader, now)


def withdraw_request(*, session: Session) -> None:
    """What was planned for a request is no longer wanted."""
    withdraw(key_prefix=f"request:{session.pk}:")


def _tell(kind: str, session: Session, reader: str, now: datetime) -> None:
    enqueue(
        kind=kind,
        key=f"request:{session.pk}:{kind}:{reader}",
        due_at=now,
        subject_id=session.pk,
        payload={"reader": reader},
        priority=FIRST,
    )
