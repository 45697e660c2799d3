"""When a coach works: schedules with weekly hours, days that differ, time off, travel, holidays.

Hours and single dates belong to one schedule. Time off and travel are the coach's, so they are
written into every schedule. Sessions that are booked never move by any of this.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from coachops.audit.record import Fact, record
from coachops.practices.models import Membership
from coachops.tenancy.turns import take_turn
from scheduling.models import (
    Offering,
    OfferingCoach,
    Schedule,
    ScheduleOverride,
    ScheduleRule,
    ScheduleTravel,
)

type Hours = Sequence[tuple[int, int]]
"""Intervals of one day in minutes of the wall clock since its midnight."""

WORKDAY: Hours = ((9 * 60, 17 * 60),)
DEFAULT_WEEK: Mapping[int, Hours] = dict.fromkeys(range(5), WORKDAY)


class NameTaken(Exception):
    """The coach has another schedule of this name."""


class ScheduleInUse(Exception):
    """Offerings are bookable at these hours: `names` are theirs."""

    def __init__(self, names: list[str]) -> None:
        super().__init__("the schedule is in use")
        self.names = names


class TravelOverlaps(Exception):
    """The coach is elsewhere on some of these dates already."""


@transaction.atomic
def install_default_hours(*, coach: Membership, time_zone: str, now: datetime) -> Schedule:
    """Monday to Friday, nine to five, for a coach who has no hours yet; else what is there."""
    existing: Schedule | None = Schedule.objects.filter(coach=coach).order_by("pk").first()
    if existing is not None:
        return existing
    return replace_hours(coach=coach, time_zone=time_zone, weekly=DEFAULT_WEEK, now=now)


@transaction.atomic
def replace_hours(
    *,
    coach: Membership,
    time_zone: str,
    weekly: Mapping[int, Hours],
    now: datetime,
    schedule: Schedule | None = None,
) -> Schedule:
    """The weekly hours of a schedule, else of the coach's first, become exactly these."""
    found = Schedule.objects.select_for_update().filter(coach=coach).order_by("pk")
    kept: Schedule | None = (found if schedule is None else found.filter(pk=schedule.pk)).first()
    if kept is None:
        kept = Schedule.objects.create(coach=coach, time_zone=time_zone)
    elif kept.time_zone != time_zone:
        kept.time_zone = time_zone
        kept.save(update_fields=["time_zone"])
    ScheduleRule.objects.filter(schedule=kept).delete()
    _write_rules(kept, weekly)
    minutes = sum(end - start for hours in weekly.values() for start, end in hours)
    facts: dict[str, Fact] = {"time_zone": time_zone, "minutes_a_week": minutes}
    record(event="availability.changed", subject=kept, now=now, facts=facts)
    return kept


@transaction.atomic
def replace_weekday(*, schedule: Schedule, weekday: int, hours: Hours, now: datetime) -> None:
    """The hours of one weekday, 0 being Monday, become these; none: not bookable that day."""
    ScheduleRule.objects.filter(schedule=schedule, weekday=weekday).delete()
    _write_rules(schedule, {weekday: hours})
    facts: dict[str, Fact] = {
        "weekday": weekday,
        "minutes": sum(end - start for start, end in hours),
    }
    record(event="availability.weekday_changed", subject=schedule, now=now, facts=facts)


def _write_rules(schedule: Schedule, weekly: Mapping[int, Hours]) -> None:
    ScheduleRule.objects.bulk_create(
        ScheduleRule(schedule=schedule, weekday=weekday, start_minute=start, end_minute=end)
        for weekday, hours in weekly.items()
        for start, end in hours
    )


@transaction.atomic
def add_schedule(*, coach: Membership, name: str, like: Schedule, now: datetime) -> Schedule:
    """One more set of hours that begins as a copy of another. Raises NameTaken."""
    _check_name(coach.pk, name)
    schedule: Schedule = Schedule.objects.create(
        coach=coach,
        name=name,
        time_zone=like.time_zone,
        holiday_country=like.holiday_country,
        holiday_region=like.holiday_region,
    )
    for model in (ScheduleRule, ScheduleOverride, ScheduleTravel):
        rows = list(model.objects.filter(schedule=like)[:2_000])
        model.objects.bulk_create(_copy(row, schedule) for row in rows)
    facts: dict[str, Fact] = {"like": str(like.pk)}
    record(event="availability.schedule_added", subject=schedule, now=now, facts=facts)
    return schedule


def _copy[Row: (ScheduleRule, ScheduleOverride, ScheduleTravel)](
    row: Row, schedule: Schedule
) -> Row:
    kept = {"id", "practice", "schedule"}
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in kept
    }
    return type(row)(schedule=schedule, **values)


@transaction.atomic
def rename_schedule(*, schedule: Schedule, name: str, now: datetime) -> None:
    """Raises NameTaken."""
    if name == schedule.name:
        return
    _check_name(schedule.coach_id, name)
    schedule.name = name
    schedule.save(update_fields=["name"])
    record(event="availability.schedule_renamed", subject=schedule, now=now)


def _check_name(coach_id: object, name: str) -> None:
    take_turn(f"schedule:{coach_id}:{name.lower()}")
    if Schedule.objects.filter(coach_id=coach_id, name__iexact=name).exists():
        raise NameTaken


@transaction.atomic
def use_schedule(*, schedule: Schedule, offerings: Iterable[Offering], now: datetime) -> None:
    """The coach of the schedule gives these offerings at its hours from now on."""
    for offering in offerings:
        shared = OfferingCoach.objects.filter(offering=offering, coach_id=schedule.coach_id)
        changed = shared.exclude(schedule=schedule).update(schedule=schedule)
        if offering.coach_id == schedule.coach_id and offering.schedule_id != schedule.pk:
            offering.schedule = schedule
            offering.save(update_fields=["schedule"])
            changed += 1
        if offering.second_coach_id == schedule.coach_id:
            offering.second_schedule = schedule
            offering.save(update_fields=["second_schedule"])
            changed += 1
        if changed:
            facts: dict[str, Fact] = {"schedule": str(schedule.pk)}
            record(event="offering.schedule_changed", subject=offering, now=now, facts=facts)


@transaction.atomic
def delete_schedule(*, schedule: Schedule, now: datetime) -> None:
    """Remove hours that no offering uses. Raises ScheduleInUse."""
    Schedule.objects.select_for_update().get(pk=schedule.pk)
    uses = Q(schedule=schedule) | Q(second_schedule=schedule)
    own = Offering.objects.filter(uses).values_list("name", flat=True)
    shared = OfferingCoach.objects.filter(schedule=schedule)
    names = sorted({*own, *shared.values_list("offering__name", flat=True)})
    if names:
        raise ScheduleInUse(names)
    record(event="availability.schedule_deleted", subject=schedule, now=now)
    schedule.delete()


@transaction.atomic
def set_days(
    *, schedule: Schedule, days: Sequence[date], hours: Hours, now: datetime, note: str = ""
) -> None:
    """These dates get their own hours, none being a day off, whatever their weekday says."""
    _write_days([schedule], days, hours, note)
    facts: dict[str, Fact] = {"days": [day.isoformat() for day in days], "is_off": not hours}
    record(event="availability.days_set", subject=schedule, now=now, facts=facts)


@transaction.atomic
def forget_day(*, schedule: Schedule, day: date, now: datetime) -> None:
    """The date follows its weekday again."""
    if ScheduleOverride.objects.filter(schedule=schedule, on=day).delete()[0]:
        facts: dict[str, Fact] = {"day": day.isoformat()}
        record(event="availability.day_forgotten", subject=schedule, now=now, facts=facts)


@transaction.atomic
def forget_days(*, schedule: Schedule, first: date, last: date, now: datetime) -> None:
    """All dates from the first to the last, both included, follow their weekdays again."""
    if ScheduleOverride.objects.filter(schedule=schedule, on__range=(first, last)).delete()[0]:
        facts: dict[str, Fact] = {"first": first.isoformat(), "last": last.isoformat()}
        record(event="availability.days_forgotten", subject=schedule, now=now, facts=facts)


@transaction.atomic
def take_time_off(
    *, coach: Membership, first: date, last: date, now: datetime, note: str = ""
) -> None:
    """The coach is away from the first to the last date, both included, in every schedule."""
    schedules = list(Schedule.objects.filter(coach=coach))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    _write_days(schedules, days, (), note)
    facts: dict[str, Fact] = {"first": first.isoformat(), "last": last.isoformat()}
    record(event="availability.time_off_taken", subject=coach, now=now, facts=facts)


@transaction.atomic
def return_early(*, coach: Membership, first: date, last: date, now: datetime) -> None:
    """Days off between these dates are working days again, in every schedule."""
    off = ScheduleOverride.objects.filter(schedule__coach=coach, intervals=[])
    if off.filter(on__range=(first, last)).delete()[0]:
        facts: dict[str, Fact] = {"first": first.isoformat(), "last": last.isoformat()}
        record(event="availability.time_off_ended", subject=coach, now=now, facts=facts)


def _write_days(
    schedules: Iterable[Schedule], days: Sequence[date], hours: Hours, note: str
) -> None:
    intervals = [list(interval) for interval in hours]
    ScheduleOverride.objects.bulk_create(
        [
            ScheduleOverride(schedule=schedule, on=day, intervals=intervals, note=note)
            for schedule in schedules
            for day in days
        ],
        update_conflicts=True,
        unique_fields=["practice", "schedule", "on"],
        update_fields=["intervals", "note"],
    )


@transaction.atomic
def plan_travel(
    *, coach: Membership, first: date, last: date, time_zone: str, now: datetime
) -> None:
    """On these dates, both included, the coach's hours are meant in another zone.

    Raises TravelOverlaps.
    """
    schedules = list(Schedule.objects.select_for_update().filter(coach=coach).order_by("pk"))
    planned = ScheduleTravel.objects.filter(schedule__in=schedules)
    if planned.filter(starts_on__lte=last, ends_on__gte=first).exists():
        raise TravelOverlaps
    ScheduleTravel.objects.bulk_create(
        ScheduleTravel(schedule=schedule, starts_on=first, ends_on=last, time_zone=time_zone)
        for schedule in schedules
    )
    facts: dict[str, Fact] = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "time_zone": time_zone,
    }
    record(event="availability.travel_planned", subject=coach, now=now, facts=facts)


@transaction.atomic
def cancel_travel(*, coach: Membership, first: date, last: date, now: datetime) -> None:
    """The coach stays at home on these dates: exactly those of one journey."""
    rows = ScheduleTravel.objects.filter(schedule__coach=coach, starts_on=first, ends_on=last)
    if rows.delete()[0]:
        facts: dict[str, Fact] = {"first": first.isoformat(), "last": last.isoformat()}
        record(event="availability.travel_cancelled", subject=coach, now=now, facts=facts)


@transaction.atomic
def observe_holidays(*, schedule: Schedule, country: str, region: str, now: datetime) -> None:
    """Public holidays of the place are days off; of no country, none are.

    A date that has hours of its own keeps them.
    """
    if (schedule.holiday_country, schedule.holiday_region) == (country, region):
        return
    schedule.holiday_country, schedule.holiday_region = country, region
    schedule.save(update_fields=["holiday_country", "holiday_region"])
    facts: dict[str, Fact] = {"country": country, "region": region}
    record(event="availability.holidays_changed", subject=schedule, now=now, facts=facts)


@transaction.atomic
def work_on(*, schedule: Schedule, day: date, now: datetime, note: str = "") -> None:
    """Work the hours of its weekday on a date that would be a day off, such as a holiday."""
    rules = ScheduleRule.objects.filter(schedule=schedule, weekday=day.weekday())
    hours = rules.order_by("start_minute").values_list("start_minute", "end_minute")
    set_days(schedule=schedule, days=[day], hours=list(hours), note=note, now=now)
