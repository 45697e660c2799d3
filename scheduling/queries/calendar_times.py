"""What lies under the sessions of a coach's calendar: opening hours, busy times, times on hold.

Two statements, however much there is.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from coachops.tenancy.scope import current_practice_id
from scheduling import slots
from scheduling.queries.public_holidays import holidays_between
from scheduling.queries.slots import epoch, instant
from scheduling.slots.opening import openings, segments

MOST: Final = 2000
LONGEST: Final = timedelta(days=1)
"""No claim and no busy block is longer."""

type Minutes = tuple[int, int]
"""[start, end) in minutes of the wall clock since midnight."""

_HOURS = """
SELECT json_build_object(
  'zone', person.time_zone, 'schedule', schedule.id, 'hours_zone', schedule.time_zone,
  'country', schedule.holiday_country, 'region', schedule.holiday_region,
  'weekly', (
    SELECT json_agg(json_build_array(rule.weekday, rule.start_minute, rule.end_minute)
                    ORDER BY rule.weekday, rule.start_minute)
    FROM scheduling_schedulerule rule
    WHERE rule.practice_id = schedule.practice_id AND rule.schedule_id = schedule.id),
  'overrides', (
    SELECT json_agg(json_build_array(special.on, special.intervals, special.note))
    FROM scheduling_scheduleoverride special
    WHERE special.practice_id = schedule.practice_id AND special.schedule_id = schedule.id
      AND special.on BETWEEN %(first)s::date - 2 AND %(last)s::date + 2),
  'travel', (
    SELECT json_agg(json_build_array(journey.starts_on, journey.ends_on, journey.time_zone))
    FROM scheduling_scheduletravel journey
    WHERE journey.practice_id = schedule.practice_id AND journey.schedule_id = schedule.id
      AND journey.starts_on <= %(last)s::date + 2 AND journey.ends_on >= %(first)s::date - 2),
  'clock_changes', (
    SELECT count(*) FROM scheduling_session moved
    WHERE moved.practice_id = member.practice_id AND moved.coach_id = member.id
      AND moved.starts_at > %(now)s AND moved.state IN ('booked', 'requested')
      AND NOT (moved.clock_shift = 0)),
  'unconfirmed', (
    SELECT count(*) FROM (
      SELECT FROM scheduling_session past
      WHERE past.practice_id = member.practice_id AND past.coach_id = member.id
        AND past.ends_at <= %(now)s AND past.state = 'booked' AND past.outcome = ''
      LIMIT 20) few)
)
FROM practices_membership member
JOIN practices_user person ON person.id = member.user_id
LEFT JOIN LATERAL (
  SELECT * FROM scheduling_schedule
  WHERE practice_id = member.practice_id AND coach_id = member.id ORDER BY id LIMIT 1
) schedule ON true
WHERE member.practice_id = %(practice)s::uuid AND member.id = %(coach)s::uuid
"""

# Claims and blocks are read across practices: bare times, and names of this practice's polls only.
_TAKEN = """
SELECT claim.starts_at, claim.ends_at, claim.state = 'held', claim.expires_at, poll.id, client.name
FROM scheduling_claim claim
LEFT JOIN scheduling_polloption option
  ON option.practice_id = %(practice)s::uuid AND option.id = claim.hold_key
LEFT JOIN scheduling_poll poll
  ON poll.practice_id = option.practice_id AND poll.id = option.poll_id
LEFT JOIN clients_engagement engagement
  ON engagement.practice_id = poll.practice_id AND engagement.id = poll.engagement_id
LEFT JOIN clients_client client
  ON client.practice_id = engagement.practice_id AND client.id = engagement.client_id
WHERE claim.resource_id = %(person)s::uuid AND claim.state IN ('held', 'confirmed')
  AND claim.starts_at >= %(earliest)s AND claim.starts_at < %(end)s AND claim.ends_at > %(start)s
  AND (claim.expires_at IS NULL OR claim.expires_at > %(now)s)
  AND NOT (claim.practice_id = %(practice)s::uuid AND claim.session_id IS NOT NULL)
UNION ALL
SELECT block.starts_at, block.ends_at, false, NULL, NULL, NULL
FROM scheduling_busyblock block
WHERE block.resource_id = %(person)s::uuid
  AND block.starts_at >= %(earliest)s AND block.starts_at < %(end)s AND block.ends_at > %(start)s
ORDER BY 1
LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a coach is open. `zone` is the clock the coach reads; `schedule` is empty without hours.

    `special` are the dates with hours of their own, with the word that was noted on them;
    `clock_changes` how many coming sessions are no longer at the wall time that was meant,
    `unconfirmed` of how many nobody has said what became, as far as that matters.
    """

    zone: ZoneInfo
    schedule_id: UUID | None
    schedule: slots.Schedule
    special: dict[date, str]
    clock_changes: int
    unconfirmed: int

    def on(self, day: date) -> list[Minutes]:
        """The opening hours of a date as they are written down, in order."""
        special = self.schedule.overrides.get(day)
        found = self.schedule.weekly.get(day.weekday(), ()) if special is None else special
        return sorted((each.start, each.end) for each in found)

    def journey(self, day: date) -> str:
        """The zone the coach has travelled to on a date; empty at home."""
        return next((j.zone for j in self.schedule.travel if j.first <= day <= j.last), "")

    def open_between(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The instants between which the coach is open, in order."""
        pieces = segments(self.schedule, epoch(start), epoch(end))
        found = openings(self.schedule, pieces)
        return [(instant(each.start), instant(each.end)) for each in found]


@dataclass(frozen=True, slots=True)
class Taken:
    """Time that is not free, and of which no more is known: no title of another calendar is kept.

    Held time is offered to somebody: in a poll about `client_name`, or on a booking page just now.
    """

    starts_at: datetime
    ends_at: datetime
    is_held: bool
    expires_at: datetime | None
    poll_id: UUID | None
    client_name: str


def hours_of_coach(coach_id: UUID, first: date, last: date, now: datetime) -> Hours:
    """The hours of a coach of the active practice, with the special days of these dates."""
    parameters: dict[str, UUID | date] = {
        "practice": current_practice_id(),
        "coach": coach_id,
        "first": first,
        "last": last,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOURS, parameters)
        row = cursor.fetchone()
    return _hours(row[0], first, last)


def _hours(found: dict[str, Any], first: date, last: date) -> Hours:
    """Public holidays are days off, unless their date has hours of its own."""
    country, region = found["country"] or "", found["region"] or ""
    days_off = holidays_between(country, region, first, last) if country else {}
    weekly: dict[int, tuple[slots.Interval, ...]] = {}
    for weekday, start, end in found["weekly"] or ():
        weekly[weekday] = (*weekly.get(weekday, ()), slots.Interval(start, end))
    special = found["overrides"] or ()
    return Hours(
        zone=ZoneInfo(found["zone"]),
        schedule_id=UUID(found["schedule"]) if found["schedule"] else None,
        schedule=slots.Schedule(
            zone=found["hours_zone"] or found["zone"],
            weekly=weekly,
            overrides=dict.fromkeys(days_off, ())
            | {
                date.fromisoformat(day): tuple(slots.Interval(*each) for each in intervals)
                for day, intervals, _note in special
            },
            travel=tuple(
                slots.Travel(date.fromisoformat(first), date.fromisoformat(last), zone)
                for first, last, zone in found["travel"] or ()
            ),
        ),
        clock_changes=found["clock_changes"],
        unconfirmed=found["unconfirmed"],
        special=days_off | {date.fromisoformat(day): note for day, _intervals, note in special},
    )


def taken_times(person_id: UUID, start: datetime, end: datetime, now: datetime) -> list[Taken]:
    """Busy and held time of a person that overlaps [start, end), besides sessions of this practice.

    One statement.
    """
    parameters: dict[str, UUID | datetime | int] = {
        "practice": current_practice_id(),
        "person": person_id,
        "earliest": start - LONGEST,
        "start": start,
        "end": end,
        "now": now,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, parameters)
        rows = cursor.fetchall()
    return [
        Taken(starts_at, ends_at, is_held, expires_at, poll_id, name or "")
        for starts_at, ends_at, is_held, expires_at, poll_id, name in rows
    ]


def wall_instant(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant of a naive wall time; the first of two, None where the clock jumps over it."""
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == wall else None
