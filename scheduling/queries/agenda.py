"""What coaches have before them: the first sessions of each day, and how many there are in all.

A whole practice may have a hundred a day; nobody reads more than the first.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from clients.queries.oneself import NOT_ONESELF
from scheduling.queries.session_rows import LED, Brought, rows_led
from scheduling.queries.sessions import SessionLine, as_line

MOST_TODAY: Final = 40
MOST_A_DAY: Final = 8
_DAYS: Final = 21

_BOOKED: Final = """
  SELECT session.id, session.starts_at, session.ends_at,
    (session.starts_at AT TIME ZONE %(zone)s)::date AS day
  FROM scheduling_session session
  WHERE session.practice_id = %(practice)s AND session.state = 'booked' AND {led}
    AND session.starts_at >= %(start)s AND session.starts_at < %(end)s AND {not_oneself}
"""
# What is in the braces are words of these modules, never values.
# What is still to come stands before what is over, so that of a long day the rest is told.
_FIRST_OF_EACH_DAY: Final = """session.id IN (
  SELECT ranked.id FROM (
    SELECT booked.id, booked.day, row_number() OVER (
      PARTITION BY booked.day
      ORDER BY booked.ends_at <= %(now)s, booked.starts_at, booked.id) AS place
    FROM ({booked}) booked) ranked
  WHERE ranked.place <= CASE WHEN ranked.day = %(on)s THEN %(most_today)s ELSE %(most)s END)"""
_HOW_MANY: Final = """(
  SELECT json_object_agg(counted.day, json_build_array(counted.booked, counted.left)) FROM (
    SELECT booked.day, count(*) AS booked,
      count(*) FILTER (WHERE booked.ends_at > %(now)s) AS left
    FROM ({booked}) booked GROUP BY booked.day) counted)"""


@dataclass(frozen=True, slots=True)
class Agenda:
    """`lines` are in order of time; `booked` and `left` count by day of the reader's zone."""

    lines: tuple[SessionLine, ...]
    booked: dict[date, int]
    left: dict[date, int]


def agenda_of_coaches(
    coach_ids: list[UUID], start: datetime, end: datetime, *, now: datetime
) -> Agenda:
    """Booked sessions that start in [start, end), at most three weeks, but for those the acting
    person has as a client. One statement."""
    booked = _BOOKED.format(led=LED, not_oneself=NOT_ONESELF)
    values = {
        "zone": timezone.get_current_timezone_name(),
        "start": start,
        "end": end,
        "now": now,
        "on": timezone.localdate(now),
        "most_today": MOST_TODAY,
        "most": MOST_A_DAY,
    }
    found = rows_led(
        _FIRST_OF_EACH_DAY.format(booked=booked),
        "session.starts_at, session.coach_id",
        MOST_TODAY + _DAYS * MOST_A_DAY,
        coaches=coach_ids,
        brings=Brought(_HOW_MANY.format(booked=booked), values),
    )
    counted = found[0].brought if found else {}
    counts = {date.fromisoformat(day): both for day, both in counted.items()}
    return Agenda(
        lines=tuple(as_line(row) for row in found),
        booked={day: booked for day, (booked, _left) in counts.items()},
        left={day: left for day, (_booked, left) in counts.items()},
    )
