"""Sessions as lines of other pages: when, with whom, which of how many, what became of them.

The access check is the caller's; these run in the caller's scope and take ids. One statement each.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from scheduling.models import Seat, Session
from scheduling.policies import Standing, awaits_coach, may_move
from scheduling.policies.together import first_name_of
from scheduling.queries.facts import both, finding_coach, join_url
from scheduling.queries.seats import SEAT_OUTCOMES
from scheduling.queries.session_rows import Brought, Row, rows, rows_led, rows_shared

MOST: Final = 400


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
    """What a calendar said to the invitation, while that one holds; a no, if there is one."""
    place_state: str = ""
    """A client's own place in a group session; empty for any other reader, and any other session.

    State, outcome and engagement are those of the place then.
    """
    change_notice: int = 0
    coach_has_left: bool = False
    awaits_coach: bool = False
    """Its coach left before it began, and nobody has taken it over."""
    is_second: bool = False
    """The reader leads it together with its coach, and knows no more of the client than that."""

    @property
    def led_by(self) -> str:
        """Who leads it, for whoever booked it."""
        return finding_coach() if self.awaits_coach else self.coach_name

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
    found = rows_led(
        "session.state = 'booked' AND session.ends_at > %(now)s",
        "session.starts_at",
        1,
        coaches=[coach_id],
        now=now,
    )
    return next((as_line(row) for row in found), None)


def sessions_of_coach(coach_id: UUID, start: datetime, end: datetime) -> list[SessionLine]:
    """Booked sessions that start in [start, end), in order of time, with those led with others."""
    found = rows_led(
        """session.state = 'booked'
           AND session.starts_at >= %(start)s AND session.starts_at < %(end)s""",
        "session.starts_at",
        MOST,
        coaches=[coach_id],
        start=start,
        end=end,
    )
    return [as_line(row) for row in found]


def unconfirmed_outcomes(
    coach_ids: list[UUID], now: datetime, limit: int = 20
) -> list[SessionLine]:
    """Sessions that are over and of which nobody has said what became, newest first."""
    return _lines(
        """session.coach_id = ANY(%(coaches)s) AND session.state = 'booked'
           AND session.ends_at <= %(now)s AND session.outcome = ''""",
        "session.starts_at DESC",
        limit,
        coaches=coach_ids,
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
    found = rows_shared("client_id", client_id, "DESC", limit, with_waiting=with_waiting)
    return [as_line(row) for row in found]


def sessions_of_client_with(
    client_id: UUID, brings: Brought, limit: int = 100, *, with_waiting: bool = False
) -> tuple[list[SessionLine], Any]:
    """The same lines, and what comes along with them; None where no line could bring it."""
    found = rows_shared(
        "client_id", client_id, "DESC", limit, with_waiting=with_waiting, brings=brings
    )
    return [as_line(row) for row in found], found[0].brought if found else None


def sessions_of_engagement(engagement_id: UUID, limit: int = 200) -> list[SessionLine]:
    """All sessions of an engagement, cancelled ones too, oldest first.

    Places in groups that draw on it are among them.
    """
    return [as_line(row) for row in rows_shared("engagement_id", engagement_id, "ASC", limit)]


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


def _lines(which: str, order: str, limit: int, **values: Any) -> list[SessionLine]:
    return [as_line(row) for row in rows(which, order, limit, **values)]


def _as_second(row: Row) -> Row:
    """What one leads as the second of two: without the client, unless one coaches them too."""
    if row.coaches_too is not False:
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


def _as_own(row: Row) -> Row:
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


def as_line(found: Row) -> SessionLine:
    row = _as_own(_as_second(found))
    columns = row._asdict()
    for name in ("own", "coaches_too", "brought", "second_name", "coach_left_at"):
        del columns[name]
    is_requested = row.state == Session.State.REQUESTED
    is_cancelled = row.state == Session.State.CANCELLED
    waits = awaits_coach(
        starts_at=row.starts_at,
        coach_left_at=row.coach_left_at,
        is_settled=is_cancelled or bool(row.outcome),
    )
    return SessionLine(
        **columns
        | {"answer": row.answer or "", "coach_name": both(row.coach_name, row.second_name)},
        is_second=row.coaches_too is not None,
        place_state=row.own["state"] if row.own else "",
        who=row.client_name or row.guest_name or row.topic or row.offering_name,
        # No way in before the coach has said yes, nor after they left.
        join_url="" if is_requested or waits else join_url(row.place, row.place_details),
        outcome_label=_outcome_label(row),
        is_cancelled=is_cancelled,
        coach_has_left=row.coach_left_at is not None,
        awaits_coach=waits,
        is_requested=is_requested,
    )


def _outcome_label(row: Row) -> str:
    if not row.outcome:
        return ""
    if row.own is not None:
        return str(SEAT_OUTCOMES[row.outcome])
    return str(Session.Outcome(row.outcome).label)
