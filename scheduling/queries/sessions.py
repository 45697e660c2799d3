"""Sessions as lines of other pages: when, with whom, which of how many, what became of them.

The access check is the caller's; these run in the caller's scope and take ids. One statement each,
in plain SQL: lines are on every page that is opened most, and putting the statement together from
models cost more than asking.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from coachops.tenancy.scope import current_practice_id
from scheduling.models import Seat, Session
from scheduling.policies import Standing, may_move
from scheduling.policies.together import first_name_of
from scheduling.queries.facts import both, join_url
from scheduling.queries.seats import SEAT_OUTCOMES

MOST: Final = 400
# What is in the braces are words of this module, never values.
_LINES: Final = """
SELECT session.id, session.client_id, coalesce(client.name, ''), session.guest_name,
  session.engagement_id, coalesce(engagement.title, ''), session.number,
  (SELECT sum(entry.change) FROM programs_ledgeraccount account
   JOIN programs_ledgerentry entry
     ON entry.practice_id = account.practice_id AND entry.account_id = account.id
   WHERE account.practice_id = session.practice_id
     AND account.engagement_id = session.engagement_id
     AND entry.kind NOT IN ('consume', 'forfeit', 'restore', 'waive')),
  offering.name, offering.kind, session.coach_id, coach.name, coalesce(second.name, ''),
  session.starts_at, session.ends_at, session.place, session.place_details,
  session.state, session.outcome, session.outcome_reason,
  session.planned_session_id, session.series_id, session.topic, session.capacity, session.taken,
  (SELECT reply.answer FROM scheduling_invitationreply reply
   WHERE reply.practice_id = session.practice_id AND reply.session_id = session.id
     AND reply.sequence = session.calendar_sequence
   ORDER BY reply.answer = 'declined' DESC, reply.received_at DESC LIMIT 1),
  offering.change_notice, coach.ended_at IS NOT NULL,
  {own}, {brings}
FROM scheduling_session session
JOIN scheduling_offering offering
  ON offering.practice_id = session.practice_id AND offering.id = session.offering_id
JOIN practices_membership coach
  ON coach.practice_id = session.practice_id AND coach.id = session.coach_id
LEFT JOIN practices_membership second
  ON second.practice_id = session.practice_id AND second.id = session.second_coach_id
LEFT JOIN clients_client client
  ON client.practice_id = session.practice_id AND client.id = session.client_id
LEFT JOIN clients_engagement engagement
  ON engagement.practice_id = session.practice_id AND engagement.id = session.engagement_id
WHERE session.practice_id = %(practice)s AND {which}
ORDER BY {order} LIMIT %(limit)s
"""
_SHARED: Final = """session.id IN (
  SELECT alone.id FROM scheduling_session alone
  WHERE alone.practice_id = %(practice)s AND alone.{column} = %({column})s
  UNION ALL
  SELECT seat.session_id FROM scheduling_seat seat
  WHERE seat.practice_id = %(practice)s AND seat.{column} = %({column})s
    AND (seat.state = 'booked' OR seat.outcome <> ''
         OR (%(with_waiting)s AND seat.state = 'waiting')))"""
_OWN_PLACE: Final = """CASE WHEN session.capacity > 1 THEN (
  SELECT json_build_object(
    'state', seat.state, 'outcome', seat.outcome, 'engagement', seat.engagement_id)
  FROM scheduling_seat seat
  WHERE seat.practice_id = session.practice_id AND seat.session_id = session.id
    AND seat.{column} = %({column})s LIMIT 1) END"""
# Sessions of coaches, also those they lead together with somebody else: NULL for their own, else
# whether one of them coaches the client too.
_LED: Final = "(session.coach_id = ANY(%(coaches)s) OR session.second_coach_id = ANY(%(coaches)s))"
_AS_SECOND: Final = """CASE WHEN session.coach_id <> ALL(%(coaches)s) THEN EXISTS (
  SELECT FROM clients_coachassignment assigned
  WHERE assigned.practice_id = %(practice)s AND assigned.client_id = session.client_id
    AND assigned.coach_id = ANY(%(coaches)s) AND assigned.started_on <= %(today)s
    AND (assigned.ended_on IS NULL OR assigned.ended_on >= %(today)s)) END"""


class _Row(NamedTuple):
    """A row of the statement. `own`: the place of whoever is asked for; `brought`: see there."""

    id: UUID
    client_id: UUID | None
    client_name: str
    guest_name: str
    engagement_id: UUID | None
    engagement_title: str
    number: int | None
    of: int | None
    offering_name: str
    kind: str
    coach_id: UUID
    coach_name: str
    second_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    place_details: str
    state: str
    outcome: str
    outcome_reason: str
    planned_session_id: UUID | None
    series_id: UUID | None
    topic: str
    capacity: int
    taken: int
    answer: str | None
    change_notice: int
    coach_has_left: bool
    own: dict[str, Any] | None
    brought: Any


class Brought(NamedTuple):
    """An expression that depends on no line and comes along in their statement."""

    expression: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session. Times are instants; `number` of `of` is empty outside of an engagement.

    `coach_name` names both where two lead it.
    """

    id: UUID
    client_id: UUID | None
    client_name: str
    guest_name: str
    who: str
    engagement_id: UUID | None
    engagement_title: str
    number: int | None
    of: int | None
    offering_name: str
    kind: str
    coach_id: UUID
    coach_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    place_details: str
    join_url: str
    state: str
    outcome: str
    outcome_label: str
    outcome_reason: str
    is_cancelled: bool
    is_requested: bool
    planned_session_id: UUID | None
    series_id: UUID | None = None
    topic: str = ""
    capacity: int = 1
    taken: int = 0
    answer: str = ""
    """What the client's calendar said to the invitation, while that one holds."""
    place_state: str = ""
    """A client's own place in a group session; empty for any other reader, and any other session.

    State, outcome and engagement are those of the place then.
    """
    change_notice: int = 0
    coach_has_left: bool = False
    is_second: bool = False
    """The reader leads it together with its coach, and knows no more of the client than that."""

    @property
    def is_waiting(self) -> bool:
        """Whether the client is only on its waiting list."""
        return self.place_state == Seat.State.WAITING

    def may_be_moved(self, now: datetime) -> bool:
        """By whoever booked it; a place in a group is exchanged for another instead."""
        standing = Standing(
            starts_at=self.starts_at,
            is_cancelled=self.is_cancelled,
            outcome=self.outcome,
            change_notice=self.change_notice,
            coach_has_left=self.coach_has_left,
            is_requested=self.is_requested,
        )
        return not self.is_group and may_move(standing, now)

    @property
    def is_group(self) -> bool:
        """Whether people have places in it, so that it belongs to no single client."""
        return self.capacity > 1


def next_session_of_coach(coach_id: UUID, now: datetime) -> SessionLine | None:
    """The session that is running, or else the next one."""
    which = f"{_LED} AND session.state = 'booked' AND session.ends_at > %(now)s"
    return next(iter(_led(which, "session.starts_at", 1, coaches=[coach_id], now=now)), None)


def sessions_of_coach(coach_id: UUID, start: datetime, end: datetime) -> list[SessionLine]:
    """Booked sessions that start in [start, end), in order of time."""
    return sessions_of_coaches([coach_id], start, end)


def sessions_of_coaches(coach_ids: list[UUID], start: datetime, end: datetime) -> list[SessionLine]:
    """The same for several coaches together, with what they lead together with others."""
    return _led(
        f"""{_LED} AND session.state = 'booked'
           AND session.starts_at >= %(start)s AND session.starts_at < %(end)s""",
        "session.starts_at, session.coach_id",
        MOST,
        coaches=coach_ids,
        start=start,
        end=end,
    )


def unconfirmed_outcomes(coach_id: UUID, now: datetime, limit: int = 20) -> list[SessionLine]:
    """Sessions that are over and of which nobody has said what became, newest first."""
    return _lines(
        """session.coach_id = %(coach)s AND session.state = 'booked'
           AND session.ends_at <= %(now)s AND session.outcome = ''""",
        "session.starts_at DESC",
        limit,
        coach=coach_id,
        now=now,
    )


def requested_of_coaches(
    coach_ids: list[UUID], now: datetime, limit: int = 100
) -> list[SessionLine]:
    """What waits for an answer of these coaches, in order of time."""
    return _lines(
        """session.coach_id = ANY(%(coaches)s) AND session.state = 'requested'
           AND session.starts_at > %(now)s""",
        "session.starts_at",
        limit,
        coaches=coach_ids,
        now=now,
    )


def sessions_of_client(
    client_id: UUID, limit: int = 100, *, with_waiting: bool = False
) -> list[SessionLine]:
    """All of a client's sessions, cancelled ones too, newest first.

    Groups in which they have a place are told as their own, with what became of their place;
    those they wait for only when asked.
    """
    rows = _shared("client_id", client_id, "DESC", limit, with_waiting=with_waiting)
    return [_as_line(row) for row in rows]


def sessions_of_client_with(
    client_id: UUID, brings: Brought, limit: int = 100, *, with_waiting: bool = False
) -> tuple[list[SessionLine], Any]:
    """The same lines, and what comes along with them; None where no line could bring it."""
    rows = _shared("client_id", client_id, "DESC", limit, with_waiting=with_waiting, brings=brings)
    return [_as_line(row) for row in rows], rows[0].brought if rows else None


def sessions_of_engagement(engagement_id: UUID, limit: int = 200) -> list[SessionLine]:
    """All sessions of an engagement, cancelled ones too, oldest first.

    Places in groups that draw on it are among them.
    """
    return [_as_line(row) for row in _shared("engagement_id", engagement_id, "ASC", limit)]


def sessions_of_series(series_id: UUID, limit: int = 60) -> list[SessionLine]:
    """All sessions of a series, cancelled ones too, oldest first."""
    return _lines("session.series_id = %(series)s", "session.starts_at", limit, series=series_id)


def upcoming_of_client(client_id: UUID, now: datetime, limit: int = 20) -> list[SessionLine]:
    """What the client has booked, in order of time."""
    which = (
        "session.client_id = %(client)s AND session.state = 'booked' AND session.ends_at > %(now)s"
    )
    return _lines(which, "session.starts_at", limit, client=client_id, now=now)


def line_of(session: Session) -> SessionLine:
    """One loaded session as a line. One query."""
    return _lines("session.id = %(session)s", "session.starts_at", 1, session=session.pk)[0]


def _shared(
    column: Literal["client_id", "engagement_id"],
    key: UUID,
    direction: Literal["ASC", "DESC"],
    limit: int,
    *,
    with_waiting: bool = False,
    brings: Brought | None = None,
) -> list[_Row]:
    """Sessions of one client or engagement, and the groups in which they have places.

    `column` is the one that says so, in sessions as in seats.
    """
    values = {column: key, "with_waiting": with_waiting}
    return _rows(
        _LINES.format(
            own=_OWN_PLACE.format(column=column),
            brings=brings.expression if brings else "NULL",
            which=_SHARED.format(column=column),
            order=f"session.starts_at {direction}",
        ),
        limit,
        values | brings.values if brings else values,
    )


def _lines(which: str, order: str, limit: int, **values: Any) -> list[SessionLine]:
    statement = _LINES.format(own="NULL", brings="NULL", which=which, order=order)
    return [_as_line(row) for row in _rows(statement, limit, values)]


def _led(which: str, order: str, limit: int, **values: Any) -> list[SessionLine]:
    """Of these coaches; what they lead as the second of two as they may know it."""
    statement = _LINES.format(own="NULL", brings=_AS_SECOND, which=which, order=order)
    values["today"] = timezone.localdate()
    return [_as_line(_as_second(row)) for row in _rows(statement, limit, values)]


def _as_second(row: _Row) -> _Row:
    """Without the client, unless one of the readers coaches them too."""
    if row.brought is None or row.brought:
        return row
    return row._replace(
        client_id=None,
        client_name=first_name_of(row.client_name),
        guest_name=first_name_of(row.guest_name),
        engagement_id=None,
        engagement_title="",
        number=None,
        of=None,
        planned_session_id=None,
        series_id=None,
        answer=None,
    )


def _rows(statement: str, limit: int, values: dict[str, Any]) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"practice": current_practice_id(), "limit": limit, **values})
        return [_Row(*row) for row in cursor.fetchall()]


def _as_own(row: _Row) -> _Row:
    """The row of a group session as whoever has a place in it knows it."""
    own = row.own
    if own is None:
        return row
    is_off = own["state"] == Seat.State.CANCELLED
    return row._replace(
        engagement_id=UUID(own["engagement"]) if own["engagement"] else None,
        outcome=own["outcome"],
        state=Session.State.CANCELLED if is_off else row.state,
        answer="",
    )


def _as_line(found: _Row) -> SessionLine:
    row = _as_own(found)
    columns = row._asdict()
    del columns["own"], columns["brought"], columns["second_name"]
    is_requested = row.state == Session.State.REQUESTED
    return SessionLine(
        **columns
        | {"answer": row.answer or "", "coach_name": both(row.coach_name, row.second_name)},
        is_second=isinstance(row.brought, bool),
        place_state=row.own["state"] if row.own else "",
        who=row.client_name or row.guest_name or row.topic or row.offering_name,
        # No way in before the coach has said yes.
        join_url="" if is_requested else join_url(row.place, row.place_details),
        outcome_label=_outcome_label(row),
        is_cancelled=row.state == Session.State.CANCELLED,
        is_requested=is_requested,
    )


def _outcome_label(row: _Row) -> str:
    if not row.outcome:
        return ""
    if row.own is not None:
        return str(SEAT_OUTCOMES[row.outcome])
    return str(Session.Outcome(row.outcome).label)
