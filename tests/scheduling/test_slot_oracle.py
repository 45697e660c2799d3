"""The slot engine against a slow oracle that asks a wall clock about every single minute.

The oracle shares nothing with the engine but its inputs: no segments, no sorting, no arithmetic
with offsets. Zones are the odd ones and every tenth of the tz database, days lie around their
offset changes.
"""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.slots import (
    Block,
    Booking,
    Inquiry,
    Interval,
    Offering,
    Schedule,
    Travel,
    Window,
    explain,
    is_offered,
    needed_range,
    offered_starts,
    wall_instants,
)

ODD_ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Havana",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]
ZONES = sorted({*ODD_ZONES, *sorted(available_timezones())[7::10]})
HALF_DAYS = 2 * 366
QUARTER = 15 * 60


# The oracle


def wall(zone: str, instant: int) -> datetime:
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).replace(tzinfo=None)


def coach_wall(schedule: Schedule, instant: int) -> datetime:
    for journey in sorted(schedule.travel, key=lambda each: each.first):
        there = wall(journey.zone, instant)
        if journey.first <= there.date() <= journey.last:
            return there
    return wall(schedule.zone, instant)


def steps_into_hours(schedule: Schedule, instant: int) -> Iterator[int]:
    """For each interval that holds this minute: how many minutes of wall time it is old."""
    now = coach_wall(schedule, instant)
    for days_ago in range(3):
        day = now.date() - timedelta(days=days_ago)
        default = schedule.weekly.get(day.weekday(), ())
        age = days_ago * 1440 + now.hour * 60 + now.minute
        for interval in schedule.overrides.get(day, default):
            if interval.start <= age < interval.end:
                yield age - interval.start


def too_close(offering: Offering, start: int, other: Booking) -> bool:
    end = start + offering.duration * 60
    if other.starts_at < end and start < other.ends_at:
        return True
    pause_after = other.starts_at - end
    pause_before = start - other.ends_at
    return (0 <= pause_after < 60 * max(offering.after, other.before)) or (
        0 <= pause_before < 60 * max(offering.before, other.after)
    )


def room_left(inquiry: Inquiry, start: int, others: list[Booking]) -> bool:
    offering = inquiry.offering
    day = coach_wall(inquiry.schedule, start).date()
    days = [
        coach_wall(inquiry.schedule, other.starts_at).date()
        for other in others
        if other.expires_at is None
    ]
    same_week = [each for each in days if each.isocalendar()[:2] == day.isocalendar()[:2]]
    return days.count(day) < (offering.max_per_day or math.inf) and len(same_week) < (
        offering.max_per_week or math.inf
    )


def joins(offering: Offering, start: int, other: Booking) -> bool:
    confirmed = other.expires_at is None and other.offering == offering.key
    return confirmed and other.starts_at == start and other.taken < other.capacity


def beside(inquiry: Inquiry, start: int) -> list[Booking]:
    """The bookings that could stand in the way of this start."""
    return [
        other
        for other in inquiry.bookings
        if other.starts_at != other.ends_at
        and (other.expires_at is None or other.expires_at > inquiry.now)
        and (inquiry.moving is None or other.key != inquiry.moving)
        and not joins(inquiry.offering, start, other)
    ]


def permitted(inquiry: Inquiry, start: int) -> bool:
    offering = inquiry.offering
    horizon = offering.horizon_days
    today = coach_wall(inquiry.schedule, inquiry.now).date()
    ahead = coach_wall(inquiry.schedule, start).date() - today
    others = beside(inquiry, start)
    blocks = [Booking(*_times(each)) for each in inquiry.blocks if each.starts_at != each.ends_at]
    return (
        start - inquiry.now >= offering.notice * 60
        and (horizon is None or ahead.days <= horizon)
        and not any(too_close(offering, start, other) for other in others + blocks)
        and room_left(inquiry, start, others)
    )


def _times(block: Block) -> tuple[int, int]:
    return block.starts_at, block.ends_at


def slow_starts(inquiry: Inquiry, window: Window) -> list[int]:
    length, step = inquiry.offering.duration * 60, inquiry.offering.step
    ages = {
        minute: list(steps_into_hours(inquiry.schedule, minute))
        for minute in range(window.start, window.end + length, 60)
    }
    return [
        start
        for start in range(window.start, window.end, 60)
        if any(age % step == 0 for age in ages[start])
        and all(ages[minute] for minute in range(start, start + length, 60))
        and permitted(inquiry, start)
    ]


# What is asked


@cache
def interesting_days(zone: str, year: int) -> list[date]:
    """The UTC dates on which the zone changes its offset in a year, or a plain day in June."""
    start = datetime(year, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(hours=12 * count) for count in range(HALF_DAYS)]
    offsets = [moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in moments]
    changes = [
        moments[index].date()
        for index in range(1, HALF_DAYS)
        if offsets[index] != offsets[index - 1]
    ]
    return changes or [date(year, 6, 15)]


@st.composite
def intervals(draw: st.DrawFn) -> tuple[Interval, ...]:
    """Up to two intervals, often in the night, some of them past midnight."""
    hours = []
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.sampled_from([0, 30, 60, 90, 120, 150, 540, 555, 780, 1320, 1410, 1500]))
        length = draw(st.sampled_from([45, 60, 120, 185, 300, 480, 1380]))
        hours.append(Interval(start, min(start + length, 2880)))
    return tuple(hours)


WIDE_HOURS = [(Interval(0, 1440),), (Interval(480, 720), Interval(750, 1200))]


@st.composite
def schedules(draw: st.DrawFn, zone: str, day: date, crowded: bool) -> Schedule:
    hours = st.sampled_from(WIDE_HOURS) if crowded else intervals()
    near = st.integers(-2, 2).map(lambda days: day + timedelta(days=days))
    travel = []
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        first = draw(near)
        last = first + timedelta(days=draw(st.integers(0, 1)))
        travel.append(Travel(first, last, draw(st.sampled_from(ZONES))))
    return Schedule(
        zone=zone,
        weekly={weekday: draw(hours) for weekday in range(7)},
        overrides=draw(st.dictionaries(near, intervals(), max_size=2)),
        travel=tuple(travel),
    )


@st.composite
def bookings(draw: st.DrawFn, around: int, count: int) -> tuple[Booking, ...]:
    found = []
    buffers = st.sampled_from([0, 0, 10, 30])
    for key in range(count):
        start = around + draw(st.integers(-8, 96)) * QUARTER
        capacity = draw(st.sampled_from([1, 1, 3]))
        found.append(
            Booking(
                starts_at=start,
                ends_at=start + draw(st.sampled_from([0, 30, 60, 90])) * 60,
                key=key,
                offering=draw(st.sampled_from(["one", "circle"])),
                before=draw(buffers),
                after=draw(buffers),
                capacity=capacity,
                taken=draw(st.integers(1, capacity)),
                expires_at=draw(
                    st.sampled_from([None, None, None, around - 60, around, around + 60])
                ),
            )
        )
    return tuple(found)


@st.composite
def offerings(draw: st.DrawFn) -> Offering:
    limit = st.sampled_from([None, None, None, 1, 2])
    return Offering(
        duration=draw(st.sampled_from([20, 45, 60, 61, 90])),
        step=draw(st.sampled_from([15, 15, 20, 30])),
        key=draw(st.sampled_from(["one", "circle"])),
        before=draw(st.sampled_from([0, 0, 15])),
        after=draw(st.sampled_from([0, 0, 15, 40])),
        notice=draw(st.sampled_from([0, 0, 0, 90])),
        horizon_days=draw(st.sampled_from([None, None, None, 0, 1])),
        max_per_day=draw(limit),
        max_per_week=draw(limit),
    )


@st.composite
def questions(draw: st.DrawFn, crowded: bool) -> tuple[Inquiry, Window]:
    zone = draw(st.sampled_from(ZONES))
    day = draw(st.sampled_from(interesting_days(zone, draw(st.integers(1996, 2036)))))
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    start = midnight - draw(st.integers(0, 16)) * 3_600 + draw(st.sampled_from([0, 0, 420]))
    window = Window(start, start + draw(st.sampled_from([12, 30])) * 3_600)
    taken = draw(bookings(start, draw(st.integers(0, 6)))) if crowded else ()
    gaps = draw(st.lists(st.tuples(st.integers(-8, 120), st.integers(0, 9)), max_size=2))
    blocks = [
        Block(start + at * QUARTER, start + (at + long) * QUARTER) for at, long in gaps if crowded
    ]
    inquiry = Inquiry(
        schedule=draw(schedules(zone, day, crowded)),
        offering=draw(offerings()) if crowded else Offering(duration=46, step=15),
        now=start - draw(st.sampled_from([0, 0, 3_600])),
        bookings=taken,
        blocks=tuple(blocks),
        moving=draw(st.sampled_from([None, 0, 1])),
    )
    return inquiry, window


near_offset_changes = settings(max_examples=40, deadline=None, derandomize=True, database=None)


@near_offset_changes
@given(questions(crowded=False))
def test_hours_are_the_wall_clocks(question: tuple[Inquiry, Window]) -> None:
    assert offered_starts(*question) == slow_starts(*question)


@near_offset_changes
@given(questions(crowded=True))
def test_all_rules_together(question: tuple[Inquiry, Window]) -> None:
    assert offered_starts(*question) == slow_starts(*question)


@near_offset_changes
@given(questions(crowded=True))
def test_listing_check_and_explanation_agree(question: tuple[Inquiry, Window]) -> None:
    inquiry, window = question
    offered = offered_starts(inquiry, window)
    probes = sorted({*range(window.start, window.end, 1_200), *offered})

    assert [start for start in probes if is_offered(inquiry, start)] == offered
    assert [start for start in probes if not explain(inquiry, start)] == offered


@near_offset_changes
@given(questions(crowded=True))
def test_needed_range_is_enough(question: tuple[Inquiry, Window]) -> None:
    inquiry, window = question
    needed = needed_range(window, inquiry.offering)
    beyond = (
        Booking(needed.start - 3_600, needed.start, key="before", before=30, after=30),
        Booking(needed.end, needed.end + 3_600, key="after", before=30, after=30),
    )
    fuller = Inquiry(
        schedule=inquiry.schedule,
        offering=inquiry.offering,
        now=inquiry.now,
        bookings=inquiry.bookings + beyond,
        blocks=inquiry.blocks,
        moving=inquiry.moving,
    )

    assert offered_starts(fuller, window) == offered_starts(inquiry, window)


@near_offset_changes
@given(st.sampled_from(ZONES), st.integers(1996, 2036), st.integers(-30, 30), st.data())
def test_wall_times_and_instants(zone: str, year: int, hours: int, data: st.DataObject) -> None:
    day = data.draw(st.sampled_from(interesting_days(zone, year)))
    local = datetime.fromisoformat(day.isoformat()) + timedelta(hours=hours)
    middle = int(local.replace(tzinfo=UTC).timestamp())
    everywhere = range(middle - 26 * 3_600, middle + 26 * 3_600, 60)
    schedule = Schedule(zone=zone, weekly={})

    shown = [instant for instant in everywhere if wall(zone, instant) == local]

    assert list(wall_instants(schedule, local)) == shown
