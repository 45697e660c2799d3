"""The slot engine against a slow oracle that asks a wall clock about every single minute.

The oracle shares nothing with the engine but its inputs: no segments, no sorting, no arithmetic
with offsets. Zones are a fixed draw from the tz database, days lie around their offset changes.
"""

import math
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.slots import (
    Block,
    Booking,
    Inquiry,
    Interval,
    Offering,
    Reason,
    Schedule,
    Travel,
    Window,
    explain,
    explain_wall_time,
    is_offered,
    nearest_starts,
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
ZONES = sorted({*ODD_ZONES, *Random(20270314).sample(sorted(available_timezones()), 60)})
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


@lru_cache(maxsize=None)
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


@st.composite
def schedules(draw: st.DrawFn, zone: str, day: date) -> Schedule:
    near = st.integers(-2, 2).map(lambda days: day + timedelta(days=days))
    travel = []
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        first = draw(near)
        last = first + timedelta(days=draw(st.integers(0, 1)))
        travel.append(Travel(first, last, draw(st.sampled_from(ZONES))))
    return Schedule(
        zone=zone,
        weekly={weekday: draw(intervals()) for weekday in range(7)},
        overrides=draw(st.dictionaries(near, intervals(), max_size=2)),
        travel=tuple(travel),
    )


@st.composite
def bookings(draw: st.DrawFn, around: int, count: int) -> tuple[Booking, ...]:
    found = []
    buffers = st.sampled_from([0, 0, 10, 30])
    for key in range(count):
        start = around + draw(st.integers(-8, 8 * 24)) * QUARTER
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
                expires_at=draw(st.sampled_from([None, None, None, around - 60, around + 60])),
            )
        )
    return tuple(found)


@st.composite
def offerings(draw: st.DrawFn) -> Offering:
    limit = st.sampled_from([None, None, 1, 2])
    return Offering(
        duration=draw(st.sampled_from([20, 45, 60, 90, 150])),
        step=draw(st.sampled_from([15, 20, 30, 60])),
        key=draw(st.sampled_from(["one", "circle"])),
        before=draw(st.sampled_from([0, 0, 15])),
        after=draw(st.sampled_from([0, 0, 15, 40])),
        notice=draw(st.sampled_from([0, 0, 90, 1440])),
        horizon_days=draw(st.sampled_from([None, None, 0, 1])),
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
        schedule=draw(schedules(zone, day)),
        offering=draw(offerings()) if crowded else Offering(duration=45, step=15),
        now=start - draw(st.sampled_from([0, 3_600, 86_400])),
        bookings=taken,
        blocks=tuple(blocks),
        moving=draw(st.sampled_from([None, 0, 1])),
    )
    return inquiry, window


near_offset_changes = settings(max_examples=100, deadline=None, derandomize=True, database=None)


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
    local = datetime(day.year, day.month, day.day) + timedelta(hours=hours)
    middle = int(local.replace(tzinfo=UTC).timestamp())
    everywhere = range(middle - 26 * 3_600, middle + 26 * 3_600, 60)
    schedule = Schedule(zone=zone, weekly={})

    shown = [instant for instant in everywhere if wall(zone, instant) == local]

    assert list(wall_instants(schedule, local)) == shown


# Single rules, named


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


NINE_TO_FIVE = Schedule(
    zone="Europe/Berlin", weekly=dict.fromkeys(range(5), (Interval(540, 1020),))
)
HOUR = Offering(duration=60, step=60, key="one")
MONDAY_TEN = at("2027-06-07T10:00+02:00")


def ask(**changes: object) -> Inquiry:
    given_values: dict[str, object] = {
        "schedule": NINE_TO_FIVE,
        "offering": HOUR,
        "now": at("2027-06-01T10:00+02:00"),
    }
    build: Callable[..., Inquiry] = Inquiry
    return build(**(given_values | changes))


def offering(**changes: object) -> Offering:
    build: Callable[..., Offering] = Offering
    return build(**({"duration": 60, "step": 60, "key": "circle"} | changes))


def session(text: str, **changes: object) -> Booking:
    build: Callable[..., Booking] = Booking
    return build(starts_at=at(text), ends_at=at(text) + 3_600, **changes)


CONFIRMED = session("2027-06-07T10:00+02:00")
HOLD = session("2027-06-07T10:00+02:00", expires_at=at("2027-06-01T10:05+02:00"))
FULL = session("2027-06-07T10:00+02:00", offering="circle", capacity=3, taken=3)
EARLIER = session("2027-06-07T09:00+02:00", after=10)


@pytest.mark.parametrize(
    ("inquiry", "start", "reasons"),
    [
        (ask(), "2027-06-07T10:00+02:00", ()),
        (ask(), "2027-05-31T10:00+02:00", (Reason.PAST,)),
        (ask(offering=offering(notice=120)), "2027-06-01T11:00+02:00", (Reason.NOTICE,)),
        (ask(offering=offering(horizon_days=5)), "2027-06-07T10:00+02:00", (Reason.HORIZON,)),
        (ask(), "2027-06-06T10:00+02:00", (Reason.OUTSIDE_HOURS,)),
        (ask(), "2027-06-07T10:20+02:00", (Reason.OFF_GRID,)),
        (ask(), "2027-06-07T16:30+02:00", (Reason.OUTSIDE_HOURS, Reason.OFF_GRID)),
        (ask(bookings=(CONFIRMED,)), "2027-06-07T10:00+02:00", (Reason.BOOKED,)),
        (
            ask(offering=offering(), bookings=(FULL,)),
            "2027-06-07T10:00+02:00",
            (Reason.SEATS_FULL,),
        ),
        (ask(bookings=(HOLD,)), "2027-06-07T10:00+02:00", (Reason.HELD,)),
        (
            ask(blocks=(Block(MONDAY_TEN, MONDAY_TEN + 60),)),
            "2027-06-07T10:00+02:00",
            (Reason.BUSY,),
        ),
        (ask(bookings=(EARLIER,)), "2027-06-07T10:00+02:00", (Reason.BUFFER,)),
        (
            ask(offering=offering(max_per_day=1, max_per_week=1), bookings=(CONFIRMED,)),
            "2027-06-07T14:00+02:00",
            (Reason.DAY_FULL, Reason.WEEK_FULL),
        ),
        (
            ask(offering=offering(max_per_week=1), bookings=(CONFIRMED,)),
            "2027-06-11T14:00+02:00",
            (Reason.WEEK_FULL,),
        ),
        (
            ask(offering=offering(max_per_week=1), bookings=(CONFIRMED,)),
            "2027-06-14T09:00+02:00",
            (),
        ),
    ],
)
def test_explanation_names_every_refusing_rule(
    inquiry: Inquiry, start: str, reasons: tuple[Reason, ...]
) -> None:
    assert explain(inquiry, at(start)) == reasons


def test_wall_time_in_the_gap_does_not_exist() -> None:
    (answer,) = explain_wall_time(ask(), datetime(2027, 3, 28, 2, 30))

    assert (answer.start, answer.reasons) == (None, (Reason.NONEXISTENT,))


def test_repeated_wall_time_is_explained_twice() -> None:
    answers = explain_wall_time(ask(), datetime(2027, 10, 31, 2, 30))

    assert [answer.start for answer in answers] == [
        at("2027-10-31T02:30+02:00"),
        at("2027-10-31T02:30+01:00"),
    ]


def test_hours_follow_the_journey() -> None:
    week_in_new_york = Travel(date(2027, 6, 7), date(2027, 6, 8), "America/New_York")
    schedule = Schedule(
        zone="Europe/Berlin",
        weekly=dict.fromkeys(range(5), (Interval(540, 600),)),
        travel=(week_in_new_york,),
    )

    found = offered_starts(
        ask(schedule=schedule), Window(at("2027-06-04T00:00Z"), at("2027-06-10T00:00Z"))
    )

    assert found == [
        at("2027-06-04T09:00+02:00"),
        at("2027-06-07T09:00-04:00"),
        at("2027-06-08T09:00-04:00"),
        at("2027-06-09T09:00+02:00"),
    ]


def test_hours_past_midnight_belong_to_the_day_they_begin_on() -> None:
    schedule = Schedule(
        zone="Europe/Berlin",
        weekly={5: (Interval(22 * 60, 26 * 60),)},
        overrides={date(2027, 6, 6): ()},
    )

    found = offered_starts(
        ask(schedule=schedule), Window(at("2027-06-05T00:00Z"), at("2027-06-08T00:00Z"))
    )

    assert found == [at("2027-06-05T22:00+02:00") + hour * 3_600 for hour in range(4)]


def test_group_session_counts_not_against_its_own_seats() -> None:
    group = session("2027-06-07T10:00+02:00", offering="circle", capacity=3, taken=1)
    limited = ask(offering=offering(max_per_day=1), bookings=(group,))
    monday = Window(at("2027-06-07T00:00+02:00"), at("2027-06-08T00:00+02:00"))

    assert offered_starts(limited, monday) == [MONDAY_TEN]


def test_nearest_starts_come_in_order_of_time() -> None:
    found = nearest_starts(ask(bookings=(CONFIRMED,)), MONDAY_TEN)

    assert found == [MONDAY_TEN + hours * 3_600 for hours in (-1, 1, 2)]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", ""])
def test_a_name_that_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        Schedule(zone=zone, weekly={})


@pytest.mark.parametrize(("start", "end"), [(60, 60), (-1, 60), (0, 2881)])
def test_impossible_hours_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not an interval"):
        Interval(start, end)


@pytest.mark.parametrize(
    "changes", [{"duration": 0}, {"step": 0}, {"before": -1}, {"notice": -1}, {"max_per_day": 0}]
)
def test_impossible_offerings_are_refused(changes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least|negative"):
        offering(**changes)
