"""Who else hears of a session: the sponsor's side of a three-way, and the client's own assistant.

They learn when and where, never what it is about. The sponsor's mails carry the calendar revision
of the session itself; a copy for an assistant carries none, the invitation is the client's.
Sponsors are reminded as bookers are: by the practice's policy or the offering's own, out of the
quiet hours of their own clock, anew when the session moves.
"""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from clients.models import Delegation
from coachops.outbox.queue import FIRST, enqueue, withdraw
from scheduling.models import Offering, Seat, Session
from scheduling.queries.reminders import ReminderRules
from scheduling.services.reminders import Recipient, remind

THREE_WAY: Final = "scheduling.three_way"
DATES_COPY: Final = "scheduling.dates_copy"

# Why somebody is written to.
BOOKED: Final = "booked"
MOVED: Final = "moved"
CANCELLED: Final = "cancelled"
CHANGED: Final = "changed"
SOON: Final = "soon"


def tell_others(*, session: Session, why: str, now: datetime) -> None:
    """The others' mails about the session's present revision. Nobody else, nothing is sent."""
    if session.offering.kind == Offering.Kind.THREE_WAY:
        _tell_sponsors(session, why, now)
    if session.client_id is not None:
        _tell_delegates(session, why, now)


def remind_sponsors(*, session: Session, now: datetime, rules: ReminderRules | None = None) -> None:
    """What the sponsor's side of a three-way hears before it; nothing for any other session.

    Needs the offering. What was planned before goes with the session's other reminders, except for
    what was planned a day ahead under keys of its own, before practices had a policy.
    """
    if session.offering.kind != Offering.Kind.THREE_WAY:
        return
    withdraw(key_prefix=f"three-way:{session.pk}:{SOON}:")
    for seat in _sponsors_of(session):
        sponsor = Recipient(
            kind=THREE_WAY,
            subject_id=seat.pk,
            time_zone=seat.time_zone,
            sequence=session.calendar_sequence,
            key=f"sponsor:{seat.pk}:",
            payload={"why": SOON, "sequence": session.calendar_sequence},
        )
        remind(session=session, recipient=sponsor, now=now, rules=rules)


def _tell_sponsors(session: Session, why: str, now: datetime) -> None:
    for seat in _sponsors_of(session):
        enqueue(
            kind=THREE_WAY,
            key=f"three-way:{session.pk}:{why}:{session.calendar_sequence}:{seat.pk}",
            due_at=now,
            subject_id=seat.pk,
            payload={"why": why, "sequence": session.calendar_sequence},
            not_after=session.ends_at,
            priority=FIRST,
        )


def _sponsors_of(session: Session) -> QuerySet[Seat]:
    seats = Seat.objects.taken().filter(session=session, part=Seat.Part.SPONSOR)
    return seats.order_by("pk")  # type: ignore[no-any-return]


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
