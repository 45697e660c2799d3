"""A check-in of three as the three of them see it: the agenda and what was agreed."""

from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from coachops.tenancy.scope import confidential, current_practice_id
from scheduling.models import Offering, Poll, Seat, Session
from scheduling.policies.polls import agenda_lines
from scheduling.queries.poll_shares import Sealed, open_shares

MOST_POINTS: Final = 50
MOST_THREE_WAYS: Final = 20
_THREE_WAY: Final = """
SELECT session.client_id, coalesce(poll.agenda, ''),
  ARRAY(
    SELECT json_build_array(point.id, point.text, point.added_by, point.added_at)
    FROM scheduling_agreedpoint point
    WHERE point.practice_id = session.practice_id AND point.session_id = session.id
    ORDER BY point.position LIMIT %(most)s),
  {shares}
FROM scheduling_session session
LEFT JOIN scheduling_poll poll
  ON poll.practice_id = session.practice_id AND poll.session_id = session.id
{tables}
WHERE session.practice_id = %(practice)s AND session.id = %(session)s LIMIT 1
"""
_WITHOUT_SHARES: Final = _THREE_WAY.format(shares="NULL, NULL, NULL", tables="")
# For the confidential role alone: others may not even name the table.
_WITH_SHARES: Final = _THREE_WAY.format(
    shares="shares.id, shares.sealed_lines, key.wrapped",
    tables="""
LEFT JOIN scheduling_pollshares shares
  ON shares.practice_id = session.practice_id AND shares.poll_id = poll.id
LEFT JOIN clients_clientkey key
  ON key.practice_id = session.practice_id AND key.client_id = session.client_id""",
)


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
    agenda: tuple[str, ...]
    shares: tuple[str, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class ThreeWayLine:
    """One meeting of the three, past or to come. `members`: the sponsors who may open it."""

    session_id: UUID
    starts_at: datetime
    ends_at: datetime
    members: frozenset[UUID]


def three_way_of(session_id: UUID, *, with_shares: bool = False) -> ThreeWay:
    """Everything about one of them; one statement. The shares for the client and the coach only."""
    asked: dict[str, Any] = {
        "practice": current_practice_id(),
        "session": session_id,
        "most": MOST_POINTS,
    }
    with confidential() if with_shares else nullcontext(), connection.cursor() as cursor:
        cursor.execute(_WITH_SHARES if with_shares else _WITHOUT_SHARES, asked)
        client_id, agenda, points, *sealed = cursor.fetchall()[0]
    row_id, lines, key = sealed
    return ThreeWay(
        session_id=session_id,
        agenda=agenda_lines(agenda),
        shares=open_shares(Sealed(row_id, client_id, lines, key)),
        points=tuple(
            Point(UUID(pk), text, added_by, datetime.fromisoformat(added_at))
            for pk, text, added_by, added_at in points
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
