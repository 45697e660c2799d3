"""Which starts are free: everything the slot engine asks for, in two statements.

The listing, the check at booking and the explanation for the coach all come through here, so a
time that is shown is a time that can be booked.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from coachops.tenancy.scope import current_practice_id
from scheduling import slots
from scheduling.models import Claim, Offering
from scheduling.slots.inputs import DAY

LONGEST: Final = DAY
"""No session is longer than eight hours; claims that begin a day before a range are enough."""

_RULES = """
SELECT json_build_object(
  'resource', member.user_id, 'zone', schedule.time_zone,
  'duration', offering.duration, 'step', offering.step,
  'before', offering.buffer_before, 'after', offering.buffer_after,
  'notice', offering.notice, 'horizon', offering.horizon_days, 'per_day', offering.max_per_day,
  'weekly', COALESCE((
    SELECT json_agg(json_build_array(rule.weekday, rule.start_minute, rule.end_minute))
    FROM scheduling_schedulerule rule
    WHERE rule.practice_id = schedule.practice_id AND rule.schedule_id = schedule.id), '[]'),
  'overrides', COALESCE((
    SELECT json_agg(json_build_array(special.on, special.intervals))
    FROM scheduling_scheduleoverride special
    WHERE special.practice_id = schedule.practice_id AND special.schedule_id = schedule.id
      AND special.on >= %(since)s::date), '[]')
)
FROM scheduling_offering offering
JOIN scheduling_schedule schedule
  ON schedule.practice_id = offering.practice_id AND schedule.id = offering.schedule_id
JOIN practices_membership member
  ON member.practice_id = offering.practice_id AND member.id = offering.coach_id
WHERE offering.practice_id = %(practice)s::uuid AND offering.id = %(offering)s::uuid
"""

# Bare times of a person, in whatever practice they work: no other column may be selected here.
_CLAIMS = """
SELECT extract(epoch FROM starts_at)::bigint, extract(epoch FROM ends_at)::bigint, id,
       buffer_before, buffer_after, extract(epoch FROM expires_at)::bigint
FROM scheduling_claim
WHERE resource_id = %(resource)s::uuid AND state IN ('held', 'confirmed')
  AND starts_at >= to_timestamp(%(earliest)s::bigint)
  AND starts_at < to_timestamp(%(end)s::bigint)
  AND ends_at > to_timestamp(%(start)s::bigint)
"""


@dataclass(frozen=True, slots=True)
class Rules:
    """One offering's rules and its coach's hours. `resource_id` is the coach as a person."""

    resource_id: UUID
    offering: slots.Offering
    schedule: slots.Schedule


def load_rules(offering_id: UUID, now: datetime) -> Rules:
    """The rules of an offering of the active practice; one statement.

    Raises Offering.DoesNotExist. Days that differ are left out once they are long past.
    """
    parameters: dict[str, UUID | date] = {
        "practice": current_practice_id(),
        "offering": offering_id,
        "since": now.date() - timedelta(days=20),
    }
    with connection.cursor() as cursor:
        cursor.execute(_RULES, parameters)
        row = cursor.fetchone()
    if row is None:
        raise Offering.DoesNotExist(str(offering_id))
    return _rules(row[0])


def _rules(found: dict[str, Any]) -> Rules:
    weekly: dict[int, tuple[slots.Interval, ...]] = {}
    for weekday, start, end in found["weekly"]:
        weekly[weekday] = (*weekly.get(weekday, ()), slots.Interval(start, end))
    overrides = {
        date.fromisoformat(day): tuple(slots.Interval(start, end) for start, end in intervals)
        for day, intervals in found["overrides"]
    }
    return Rules(
        resource_id=UUID(found["resource"]),
        offering=slots.Offering(
            duration=found["duration"],
            step=found["step"],
            before=found["before"],
            after=found["after"],
            notice=found["notice"],
            horizon_days=found["horizon"],
            max_per_day=found["per_day"],
        ),
        schedule=slots.Schedule(zone=found["zone"], weekly=weekly, overrides=overrides),
    )


def load_inquiry(
    rules: Rules, window: slots.Window, now: datetime, *, moving: UUID | None = None
) -> slots.Inquiry:
    """The question to the engine for a window: one statement for the person's taken time.

    `moving` is the claim of the session that is being moved.
    """
    needed = slots.needed_range(window, rules.offering)
    parameters: dict[str, UUID | int] = {
        "resource": rules.resource_id,
        "earliest": needed.start - LONGEST,
        "start": needed.start,
        "end": needed.end,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMS, parameters)
        rows = cursor.fetchall()
    return slots.Inquiry(
        schedule=rules.schedule,
        offering=rules.offering,
        now=epoch(now),
        bookings=tuple(
            slots.Booking(start, end, key=claim, before=before, after=after, expires_at=expires)
            for start, end, claim, before, after, expires in rows
        ),
        moving=moving,
    )


def offered_starts(offering: Offering, window: slots.Window, now: datetime) -> list[int]:
    """The starts of an offering that can be booked, in epoch seconds; two statements."""
    return slots.offered_starts(load_inquiry(load_rules(offering.pk, now), window, now), window)


def open_starts(offering: Offering, now: datetime, *, moving: UUID | None = None) -> list[datetime]:
    """All bookable starts up to the offering's horizon, as instants in UTC."""
    rules = load_rules(offering.pk, now)
    window = horizon_window(rules, now)
    inquiry = load_inquiry(rules, window, now, moving=moving)
    return [instant(start) for start in slots.offered_starts(inquiry, window)]


def horizon_window(rules: Rules, now: datetime) -> slots.Window:
    """From now to the end of the horizon, with a day more for the coach's own calendar."""
    days = (rules.offering.horizon_days or 0) + 2
    return slots.Window(epoch(now), epoch(now) + days * DAY)


def nearest(inquiry: slots.Inquiry, wanted: int) -> list[datetime]:
    """Up to three bookable starts around a wanted one."""
    return [instant(start) for start in slots.nearest_starts(inquiry, wanted)]


def hard_reasons(inquiry: slots.Inquiry, wanted: int) -> set[slots.Reason]:
    """What even the coach cannot book over: another session, a hold, the past."""
    free = replace(inquiry, offering=replace(inquiry.offering, before=0, after=0))
    hard = {slots.Reason.PAST, slots.Reason.BOOKED, slots.Reason.SEATS_FULL, slots.Reason.HELD}
    return set(slots.explain(free, wanted)) & hard


def epoch(moment: datetime) -> int:
    return int(moment.timestamp())


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def confirmed_claim_id(session_id: UUID) -> UUID | None:
    """The claim that keeps a session's time, so that moving it does not collide with itself."""
    return (  # type: ignore[no-any-return]
        Claim.objects.filter(session_id=session_id, state=Claim.State.CONFIRMED)
        .values_list("pk", flat=True)
        .first()
    )
