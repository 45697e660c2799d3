"""What the availability page shows: hours, days that differ, free times, and why one is missing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scheduling import slots
from scheduling.models import Offering, Schedule, ScheduleOverride, ScheduleRule
from scheduling.queries.slots import epoch, instant, load_inquiry, load_rules, open_starts
from scheduling.slots.inputs import DAY, Reason

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
    Reason.BUSY: _("You are busy then."),
    Reason.BUFFER: _("It is too close to another session: a buffer would be cut short."),
    Reason.DAY_FULL: _("That day already has as many sessions as the offering allows."),
    Reason.WEEK_FULL: _("That week already has as many sessions as the offering allows."),
}


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date with hours of its own; none is a day off."""

    day: date
    hours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Availability:
    schedule: Schedule | None
    weekly: dict[int, Hours]
    special_days: tuple[SpecialDay, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Why one start is or is not offered; no reasons means that it can be booked."""

    starts_at: datetime | None
    reasons: tuple[str | Promise, ...]


def availability_of(coach_id: UUID, today: date) -> Availability:
    """The coach's hours and the special days from today on; three statements."""
    schedule: Schedule | None = Schedule.objects.filter(coach_id=coach_id).order_by("pk").first()
    if schedule is None:
        return Availability(None, {}, ())
    weekly: dict[int, Hours] = {}
    rules = ScheduleRule.objects.filter(schedule=schedule).order_by("weekday", "start_minute")
    for rule in rules[:200]:
        weekly.setdefault(rule.weekday, []).append((rule.start_minute, rule.end_minute))
    special = ScheduleOverride.objects.filter(schedule=schedule, on__gte=today).order_by("on")
    return Availability(
        schedule=schedule,
        weekly=weekly,
        special_days=tuple(
            SpecialDay(each.on, tuple(hours_in_words(*interval) for interval in each.intervals))
            for each in special[:200]
        ),
    )


def hours_in_words(start: int, end: int) -> str:
    """`09:00 to 17:00` from minutes after midnight."""
    return f"{clock(start)} – {clock(end)}"


def clock(minutes: int) -> str:
    """The wall clock at so many minutes after midnight; past midnight it begins again."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def next_free(offering: Offering, now: datetime, count: int = 6) -> list[datetime]:
    """The next starts that a client would be offered."""
    return open_starts(offering, now)[:count]


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
