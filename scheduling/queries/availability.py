"""What the availability page shows: hours, days that differ, free times, and why one is missing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coachops.web.clocks import city
from scheduling import slots
from scheduling.models import (
    Offering,
    OfferingCoach,
    Schedule,
    ScheduleOverride,
    ScheduleRule,
    ScheduleTravel,
    Session,
)
from scheduling.queries.public_holidays import holidays_between
from scheduling.queries.slots import epoch, instant, load_inquiry, load_rules, open_starts
from scheduling.slots.inputs import DAY, Reason

MOST_DAYS: Final = 400
MOST_SCHEDULES: Final = 50

type Hours = list[tuple[int, int]]

REASONS: dict[Reason, str | Promise] = {
    Reason.NONEXISTENT: _("The clocks go forward that night: this time does not exist."),
    Reason.PAST: _("It is in the past."),
    Reason.NOTICE: _("It is sooner than the notice this offering asks for."),
    Reason.HORIZON: _("It is further ahead than this offering can be booked."),
    Reason.OUTSIDE_HOURS: _("Part of it is outside your hours on that day."),
    Reason.OFF_GRID: _("It is not one of the start times that this offering gives."),
    Reason.BOOKED: _("You have another session then."),
    Reason.SEATS_FULL: _("Every seat is taken."),
    Reason.HELD: _("Somebody is confirming this time right now."),
    Reason.BUSY: _("Another calendar says that you are busy then."),
    Reason.ROOM: _("The room is taken then."),
    Reason.BUFFER: _("It is too close to another session: a buffer would be cut short."),
    Reason.DAY_FULL: _("That day already has as many sessions as the offering allows."),
    Reason.WEEK_FULL: _("That week already has as many sessions as the offering allows."),
}


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """Dates in a row with the same hours of their own and the same note; no hours: days off."""

    first: date
    last: date
    hours: tuple[str, ...]
    note: str

    @property
    def is_one_day(self) -> bool:
        return self.first == self.last


@dataclass(frozen=True, slots=True)
class Availability:
    schedule: Schedule | None
    weekly: dict[int, Hours]
    special_days: tuple[SpecialDays, ...]


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One of a coach's schedules, and the names of the offerings that use it."""

    id: UUID
    name: str
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GivenOffering:
    """An offering, and the schedule at whose hours this coach gives it."""

    offering: Offering
    schedule_id: UUID


@dataclass(frozen=True, slots=True)
class Journey:
    first: date
    last: date
    zone: str
    city: str


@dataclass(frozen=True, slots=True)
class ComingHoliday:
    """`is_worked`: the date has hours of its own. `is_free_anyway`: its weekday has none."""

    day: date
    name: str
    is_worked: bool
    is_free_anyway: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Why one start is or is not offered; no reasons means that it can be booked."""

    starts_at: datetime | None
    reasons: tuple[str | Promise, ...]


def availability_of(coach_id: UUID, today: date, schedule: Schedule | None = None) -> Availability:
    """The hours of a schedule, else of the coach's first; special days from today on.

    Three statements at most.
    """
    if schedule is None:
        schedule = Schedule.objects.filter(coach_id=coach_id).order_by("pk").first()
    if schedule is None:
        return Availability(None, {}, ())
    weekly: dict[int, Hours] = {}
    rules = ScheduleRule.objects.filter(schedule=schedule).order_by("weekday", "start_minute")
    for rule in rules[:200]:
        weekly.setdefault(rule.weekday, []).append((rule.start_minute, rule.end_minute))
    special = ScheduleOverride.objects.filter(schedule=schedule, on__gte=today).order_by("on")
    return Availability(schedule, weekly, _in_runs(special[:MOST_DAYS]))


def _in_runs(days: Iterable[ScheduleOverride]) -> tuple[SpecialDays, ...]:
    """Dates that follow one another and say the same are one entry."""
    runs: list[SpecialDays] = []
    for each in days:
        hours = tuple(hours_in_words(*interval) for interval in each.intervals)
        last = runs[-1] if runs else None
        follows = last is not None and last.last + timedelta(days=1) == each.on
        if last is not None and follows and (last.hours, last.note) == (hours, each.note):
            runs[-1] = replace(last, last=each.on)
        else:
            runs.append(SpecialDays(each.on, each.on, hours, each.note))
    return tuple(runs)


def schedules_of(coach_id: UUID) -> list[ScheduleLine]:
    """The coach's schedules, the first one first, with what uses them; three statements."""
    uses: dict[UUID, set[str]] = {}
    shared = OfferingCoach.objects.filter(coach_id=coach_id)
    rows = Offering.objects.filter(Q(coach_id=coach_id) | Q(second_coach_id=coach_id))
    given = [
        (own if leads == coach_id else second, name)
        for leads, own, second, name in rows.values_list(
            "coach_id", "schedule_id", "second_schedule_id", "name"
        )[:300]
    ]
    for schedule_id, name in [*given, *shared.values_list("schedule_id", "offering__name")]:
        uses.setdefault(schedule_id, set()).add(name)
    return [
        ScheduleLine(each.pk, each.name, tuple(sorted(uses.get(each.pk, ()))))
        for each in Schedule.objects.filter(coach_id=coach_id).order_by("pk")[:MOST_SCHEDULES]
    ]


def given_offerings_of(coach_id: UUID) -> list[GivenOffering]:
    """What a coach gives, alone or with others, by name, archived ones last; two statements."""
    shared = OfferingCoach.objects.filter(coach_id=coach_id)
    hours = dict(shared.values_list("offering_id", "schedule_id")[:300])
    theirs = Q(coach_id=coach_id) | Q(second_coach_id=coach_id) | Q(pk__in=list(hours))
    rows = Offering.objects.filter(theirs)
    found = sorted(rows.order_by("name")[:300], key=lambda each: each.archived_at is not None)
    hours |= {
        each.pk: each.second_schedule_id for each in found if each.second_coach_id == coach_id
    }
    return [GivenOffering(each, hours.get(each.pk, each.schedule_id)) for each in found]


def journeys_of(schedule: Schedule, today: date) -> list[Journey]:
    """Where the coach will be, from today on; one statement."""
    rows = ScheduleTravel.objects.filter(schedule=schedule, ends_on__gte=today)
    return [
        Journey(each.starts_on, each.ends_on, each.time_zone, city(each.time_zone))
        for each in rows.order_by("starts_on")[:100]
    ]


def coming_holidays(schedule: Schedule, today: date) -> list[ComingHoliday]:
    """The public holidays that the schedule observes in the next year; two statements."""
    found = holidays_between(
        schedule.holiday_country, schedule.holiday_region, today, today + timedelta(days=365)
    )
    if not found:
        return []
    special = ScheduleOverride.objects.filter(schedule=schedule, on__in=list(found))
    intervals = dict(special.values_list("on", "intervals"))
    rules = ScheduleRule.objects.filter(schedule=schedule)
    weekdays = set(rules.values_list("weekday", flat=True))
    return [
        ComingHoliday(
            day=day,
            name=name,
            is_worked=bool(intervals.get(day)),
            is_free_anyway=day.weekday() not in weekdays,
        )
        for day, name in found.items()
    ]


def booked_between(coach_id: UUID, first: datetime, end: datetime) -> int:
    """How many sessions a coach has in [first, end)."""
    rows = Session.objects.booked().filter(Q(coach_id=coach_id) | Q(second_coach_id=coach_id))
    return int(rows.filter(starts_at__lt=end, ends_at__gt=first).count())


def hours_in_words(start: int, end: int) -> str:
    """`09:00 to 17:00` from minutes after midnight."""
    return f"{clock(start)} – {clock(end)}"


def clock(minutes: int) -> str:
    """The wall clock at so many minutes after midnight; past midnight it begins again."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def next_free(
    offering: Offering, now: datetime, count: int = 6, *, coach_id: UUID | None = None
) -> list[datetime]:
    """The next starts that a client would be offered, with this coach if several give it."""
    return open_starts(offering, now, coach_id=coach_id)[:count]


def explain(offering: Offering, wall: datetime, now: datetime) -> list[Answer]:
    """Why a naive wall time on the coach's clock is or is not offered; it may occur twice."""
    rules = load_rules(offering.pk, now)
    around = epoch(wall.replace(tzinfo=ZoneInfo(rules.schedule.zone)))
    window = slots.Window(around - 2 * DAY, around + 2 * DAY)
    inquiry = load_inquiry(rules, window, now)
    return [
        Answer(
            starts_at=None if each.start is None else instant(each.start),
            reasons=tuple(REASONS[reason] for reason in each.reasons),
        )
        for each in slots.explain_wall_time(inquiry, wall)
    ]


def days_between(first: date, last: date | None) -> list[date]:
    """Every date from the first to the last, both included."""
    count = ((last or first) - first).days + 1
    return [first + timedelta(days=number) for number in range(count)]
