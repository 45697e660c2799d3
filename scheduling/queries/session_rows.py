"""The statement behind every list of sessions: one line each, in plain SQL.

Lines are on every page that is opened most, and putting the statement together from models cost
more than asking.
"""

from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from coachops.tenancy.scope import current_practice_id
from programs.queries.ledger import ALLOTTED_TO
from scheduling.queries.together import client_is_coached_by

# What is in the braces are words of this module, never values.
_LINES: Final = """
SELECT session.id, session.client_id, coalesce(client.name, ''), session.guest_name,
  session.engagement_id, coalesce(engagement.title, ''), session.number,
  {allotted},
  offering.name, offering.kind, session.coach_id, coach.name, coalesce(second.name, ''),
  session.starts_at, session.ends_at, session.place, session.place_details,
  session.state, session.outcome, session.outcome_reason,
  session.planned_session_id, session.series_id, session.topic, session.capacity, session.taken,
  (SELECT reply.answer FROM scheduling_invitationreply reply
   WHERE reply.practice_id = session.practice_id AND reply.session_id = session.id
     AND reply.sequence = session.calendar_sequence
   ORDER BY reply.answer = 'declined' DESC, reply.received_at DESC LIMIT 1),
  offering.change_notice, coach.ended_at,
  {own}, {coaches_too}, {brings}
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
         OR (%(with_waiting)s AND seat.state = 'waiting'))
    AND (%(with_waiting)s OR NOT EXISTS (
      SELECT FROM scheduling_session together
      WHERE together.practice_id = seat.practice_id AND together.id = seat.session_id
        AND together.client_id IS NOT NULL)))"""
_OWN_PLACE: Final = """CASE WHEN session.capacity > 1 THEN (
  SELECT json_build_object(
    'state', seat.state, 'outcome', seat.outcome, 'engagement', seat.engagement_id)
  FROM scheduling_seat seat
  WHERE seat.practice_id = session.practice_id AND seat.session_id = session.id
    AND seat.{column} = %({column})s LIMIT 1) END"""
LED: Final = "(session.coach_id = ANY(%(coaches)s) OR session.second_coach_id = ANY(%(coaches)s))"
_COACHES_TOO: Final = f"""CASE WHEN session.coach_id <> ALL(%(coaches)s) THEN
  {client_is_coached_by("= ANY(%(coaches)s)", "%(asked_at)s")} END"""


class Row(NamedTuple):
    """A row of the statement.

    `own` is the place of the client asked for, where it is a group. `coaches_too` is None but for
    what the coaches asked for lead as the second of two: whether one of them coaches the client.
    """

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
    coach_left_at: datetime | None
    own: dict[str, Any] | None
    coaches_too: bool | None
    brought: Any


class Brought(NamedTuple):
    """An expression that depends on no line and comes along in their statement."""

    expression: str
    values: dict[str, Any]


def rows(which: str, order: str, limit: int, **values: Any) -> list[Row]:
    """`which` and `order` are words of the caller's, about `session`; values come by name."""
    return _rows(_statement(which, order), limit, values)


def rows_shared(
    column: Literal["client_id", "engagement_id"],
    key: UUID,
    direction: Literal["ASC", "DESC"],
    limit: int,
    *,
    with_waiting: bool = False,
    brings: Brought | None = None,
) -> list[Row]:
    """Sessions of one client or engagement, and the groups in which they have places.

    `column` is the one that says so, in sessions as in seats. `with_waiting` is the client's own
    view: also what they wait for, and the sessions of their teams, which are not their coach's.
    """
    statement = _statement(
        _SHARED.format(column=column),
        f"session.starts_at {direction}",
        own=_OWN_PLACE.format(column=column),
        brings=brings.expression if brings else "NULL",
    )
    values = {column: key, "with_waiting": with_waiting}
    return _rows(statement, limit, values | brings.values if brings else values)


def rows_led(
    which: str,
    order: str,
    limit: int,
    *,
    coaches: list[UUID],
    brings: Brought | None = None,
    **values: Any,
) -> list[Row]:
    """What these coaches lead, alone or as one of two."""
    statement = _statement(
        f"{LED} AND {which}",
        order,
        coaches_too=_COACHES_TOO,
        brings=brings.expression if brings else "NULL",
    )
    values |= {"coaches": coaches, "asked_at": timezone.now()}
    return _rows(statement, limit, values | brings.values if brings else values)


def _statement(which: str, order: str, **columns: str) -> str:
    optional = {"own": "NULL", "coaches_too": "NULL", "brings": "NULL"} | columns
    return _LINES.format(which=which, order=order, allotted=ALLOTTED_TO, **optional)


def _rows(statement: str, limit: int, values: dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"practice": current_practice_id(), "limit": limit, **values})
        return [Row(*row) for row in cursor.fetchall()]
