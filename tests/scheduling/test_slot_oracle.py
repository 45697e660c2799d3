"""The slot engine against a slow oracle that asks a wall clock about every single minute.

Zones are the odd ones and every tenth of the tz database, days lie around their offset changes.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.slots import (
    Block,
    Booking,
    Inquiry,
    Interval,
    Offering,
    Partner,
    Schedule,
    Travel,
    Window,
    explain,
    is_offered,
    needed_range,
    offered_starts,
    wall_instants,
)
from tests.scheduling.slot_oracle import ZONES, slow_starts, wall

HALF_DAYS = 2 * 366
QUARTER = 15 * 60


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
def blocks_around(draw: st.DrawFn, start: int) -> tuple[Block, ...]:
    """Busy times of up to two hours and a quarter, some of no length, as calendars have them."""
    gaps = draw(st.lists(st.tuples(st.integers(-8, 120), st.integers(0, 9)), max_size=2))
    return tuple(Block(start + at * QUARTER, start + (at + long) * QUARTER) for at, long in gaps)


@st.composite
def questions(draw: st.DrawFn, crowded: bool) -> tuple[Inquiry, Window]:
    zone = draw(st.sampled_from(ZONES))
    day = draw(st.sampled_from(interesting_days(zone, draw(st.integers(1996, 2036)))))
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    start = midnight - draw(st.integers(0, 16)) * 3_600 + draw(st.sampled_from([0, 0, 420]))
    window = Window(start, start + draw(st.sampled_from([12, 30])) * 3_600)
    taken = draw(bookings(start, draw(st.integers(0, 6)))) if crowded else ()
    blocks, room = (draw(blocks_around(start)), draw(blocks_around(start))) if crowded else ((), ())
    inquiry = Inquiry(
        schedule=draw(schedules(zone, day, crowded)),
        offering=draw(offerings()) if crowded else Offering(duration=46, step=15),
        now=start - draw(st.sampled_from([0, 0, 3_600])),
        bookings=taken,
        blocks=blocks,
        room=room,
        moving=draw(st.sampled_from([None, 0, 1])),
    )
    return inquiry, window


@st.composite
def led_by_two(draw: st.DrawFn) -> tuple[Inquiry, Window]:
    """Somebody leads it too, at hours of their own, and perhaps has some of the same groups."""
    inquiry, window = draw(questions(crowded=True))
    zone = draw(st.sampled_from(ZONES))
    day = datetime.fromtimestamp(window.start, UTC).date()
    shared = tuple(each for each in inquiry.bookings if each.capacity > 1 and draw(st.booleans()))
    partner = Partner(
        schedule=draw(schedules(zone, day, crowded=True)),
        bookings=shared + draw(bookings(window.start, draw(st.integers(0, 4)))),
        blocks=draw(blocks_around(window.start)),
    )
    return replace(inquiry, partner=partner), window


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
@given(led_by_two())
def test_who_leads_it_too_is_open_and_free_as_well(question: tuple[Inquiry, Window]) -> None:
    inquiry, window = question
    offered = offered_starts(inquiry, window)
    probes = sorted({*range(window.start, window.end, 1_200), *offered})

    assert offered == slow_starts(inquiry, window)
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
        room=inquiry.room,
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
