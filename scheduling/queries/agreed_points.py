"""A check-in of three as the three of them see it: the agenda and what was agreed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from scheduling.models import AgreedPoint, Offering, Poll, Seat, Session

MOST_POINTS = 50
MOST_THREE_WAYS = 20
_POINT = {name: name for name in ("id", "text", "added_by", "added_at")}


@dataclass(frozen=True, slots=True)
class Point:
    """One line, and who wrote it down."""

    id: UUID
    text: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """`shares` is what the client wanted to bring: for the client and the coach alone."""

    session_id: UUID
    agenda: str
    shares: tuple[str, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class ThreeWayLine:
    """One meeting of the three, past or to come. `members`: the sponsors who may open it."""

    session_id: UUID
    starts_at: datetime
    ends_at: datetime
    members: frozenset[UUID]


def three_way_of(session_id: UUID) -> ThreeWay:
    """Everything about one of them; one statement."""
    poll = Poll.objects.filter(session_id=OuterRef("pk"))
    points = AgreedPoint.objects.filter(session_id=OuterRef("pk")).order_by("position")
    found = (
        Session.objects.filter(pk=session_id)
        .annotate(
            agenda=Subquery(poll.values("agenda")[:1]),
            shares=Subquery(poll.values("shares")[:1]),
            points=ArraySubquery(points.values(point=JSONObject(**_POINT))[:MOST_POINTS]),
        )
        .values("agenda", "shares", "points")
        .get()
    )
    return ThreeWay(
        session_id=session_id,
        agenda=found["agenda"] or "",
        shares=tuple(found["shares"] or ()),
        points=tuple(
            Point(
                id=UUID(point["id"]),
                text=point["text"],
                added_by=point["added_by"],
                added_at=datetime.fromisoformat(point["added_at"]),
            )
            for point in found["points"]
        ),
    )


def is_three_way(session: Session) -> bool:
    """Needs the session's offering."""
    return bool(session.offering.kind == Offering.Kind.THREE_WAY)


def three_ways_of(engagement_id: UUID) -> tuple[ThreeWayLine, ...]:
    """The meetings that stand, newest first; two statements, one where there are none."""
    polls = Poll.objects.filter(engagement_id=engagement_id).exclude(session=None)
    sessions = Session.objects.booked().filter(pk__in=polls.values("session_id"))
    rows = list(sessions.order_by("-starts_at")[:MOST_THREE_WAYS])
    if not rows:
        return ()
    seats = Seat.objects.taken().filter(session__in=rows, part=Seat.Part.SPONSOR)
    members: dict[UUID, set[UUID]] = defaultdict(set)
    for session_id, member_id in seats.values_list("session_id", "sponsor_contact__membership_id"):
        members[session_id].add(member_id)
    return tuple(
        ThreeWayLine(row.pk, row.starts_at, row.ends_at, frozenset(members[row.pk])) for row in rows
    )
