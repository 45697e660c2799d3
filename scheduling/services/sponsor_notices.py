"""Who else hears of a session: the sponsor's side of a three-way, and the client's own assistant.

They learn when and where, never what it is about. The sponsor's mails carry the calendar revision
of the session itself; a copy for an assistant carries none, the invitation is the client's.
"""

from datetime import datetime, timedelta
from typing import Final

from clients.models import Delegation
from coachops.outbox.queue import FIRST, enqueue, withdraw
from scheduling.models import Offering, Seat, Session

THREE_WAY: Final = "scheduling.three_way"
DATES_COPY: Final = "scheduling.dates_copy"

# Why somebody is written to.
BOOKED: Final = "booked"
MOVED: Final = "moved"
CANCELLED: Final = "cancelled"
CHANGED: Final = "changed"
SOON: Final = "soon"

DAY_BEFORE: Final = timedelta(hours=24)


def tell_others(*, session: Session, why: str, now: datetime) -> None:
    """The others' mails about the session's present revision. Nobody else, nothing is sent."""
    if session.offering.kind == Offering.Kind.THREE_WAY:
        _tell_sponsors(session, why, now)
    if session.client_id is not None:
        _tell_delegates(session, why, now)


def _tell_sponsors(session: Session, why: str, now: datetime) -> None:
    withdraw(key_prefix=f"three-way:{session.pk}:{SOON}:")
    seats = Seat.objects.taken().filter(session=session, part=Seat.Part.SPONSOR)
    for seat in seats.order_by("pk"):
        _tell_sponsor(session, seat, why, due_at=now)
        day_before = session.starts_at - DAY_BEFORE
        if why != CANCELLED and day_before > now:
            _tell_sponsor(session, seat, SOON, due_at=day_before)


def _tell_sponsor(session: Session, seat: Seat, why: str, *, due_at: datetime) -> None:
    enqueue(
        kind=THREE_WAY,
        key=f"three-way:{session.pk}:{why}:{session.calendar_sequence}:{seat.pk}",
        due_at=due_at,
        subject_id=seat.pk,
        payload={"why": why, "sequence": session.calendar_sequence},
        not_after=session.ends_at,
        priority=FIRST,
    )


def _tell_delegates(session: Session, why: str, now: datetime) -> None:
    wanting = Delegation.objects.filter(client_id=session.client_id, ended_on=None, gets_mail=True)
    for delegation in wanting.order_by("pk"):
        enqueue(
            kind=DATES_COPY,
            key=f"dates-copy:{session.pk}:{session.calendar_sequence}:{delegation.pk}",
            due_at=now,
            subject_id=session.pk,
            payload={
                "why": why,
                "sequence": session.calendar_sequence,
                "delegation": str(delegation.pk),
            },
            not_after=session.ends_at,
            priority=FIRST,
        )
