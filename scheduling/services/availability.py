"""When a coach works: weekly hours, the zone they are meant in, and the days that differ."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from coachops.audit.record import Fact, record
from coachops.practices.models import Membership
from scheduling.models import Schedule, ScheduleOverride, ScheduleRule

type Hours = Sequence[tuple[int, int]]
"""Intervals of one day in minutes of the wall clock since its midnight."""

WORKDAY: Hours = ((9 * 60, 17 * 60),)
DEFAULT_WEEK: Mapping[int, Hours] = dict.fromkeys(range(5), WORKDAY)


@transaction.atomic
def install_default_hours(*, coach: Membership, time_zone: str, now: datetime) -> Schedule:
    """Monday to Friday, nine to five, for a coach who has no hours yet; else what is there."""
    existing: Schedule | None = Schedule.objects.filter(coach=coach).order_by("pk").first()
    if existing is not None:
        return existing
    return replace_hours(coach=coach, time_zone=time_zone, weekly=DEFAULT_WEEK, now=now)


@transaction.atomic
def replace_hours(
    *, coach: Membership, time_zone: str, weekly: Mapping[int, Hours], now: datetime
) -> Schedule:
    """The coach's weekly hours become exactly these. Sessions that are booked stay booked."""
    schedule: Schedule | None = (
        Schedule.objects.select_for_update().filter(coach=coach).order_by("pk").first()
    )
    if schedule is None:
        schedule = Schedule.objects.create(coach=coach, time_zone=time_zone)
    elif schedule.time_zone != time_zone:
        schedule.time_zone = time_zone
        schedule.save(update_fields=["time_zone"])
    ScheduleRule.objects.filter(schedule=schedule).delete()
    ScheduleRule.objects.bulk_create(
        ScheduleRule(schedule=schedule, weekday=weekday, start_minute=start, end_minute=end)
        for weekday, hours in weekly.items()
        for start, end in hours
    )
    minutes = sum(end - start for hours in weekly.values() for start, end in hours)
    facts: dict[str, Fact] = {"time_zone": time_zone, "minutes_a_week": minutes}
    record(event="availability.changed", subject=schedule, now=now, facts=facts)
    return schedule


@transaction.atomic
def set_days(*, schedule: Schedule, days: Sequence[date], hours: Hours, now: datetime) -> None:
    """These dates get their own hours, none being a day off, whatever their weekday says."""
    intervals = [list(interval) for interval in hours]
    for day in days:
        ScheduleOverride.objects.update_or_create(
            schedule=schedule, on=day, defaults={"intervals": intervals}
        )
    facts: dict[str, Fact] = {"days": [day.isoformat() for day in days], "is_off": not intervals}
    record(event="availability.days_set", subject=schedule, now=now, facts=facts)


@transaction.atomic
def forget_day(*, schedule: Schedule, day: date, now: datetime) -> None:
    """The date follows its weekday again."""
    if ScheduleOverride.objects.filter(schedule=schedule, on=day).delete()[0]:
        facts: dict[str, Fact] = {"day": day.isoformat()}
        record(event="availability.day_forgotten", subject=schedule, now=now, facts=facts)
