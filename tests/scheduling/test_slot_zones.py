"""The slot engine against the oracle at the changes of the clocks themselves.

Zones are the odd ones and every tenth of the tz database, in one year. With SLOT_ZONES=all in the
environment, every zone is asked about at each of its changes from 1996 to 2036, which takes some
minutes.
"""

import os
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest

from scheduling.slots import (
    Block,
    Booking,
    Inquiry,
    Interval,
    Offering,
    Schedule,
    Travel,
    Window,
    offered_starts,
)
from tests.scheduling.slot_oracle import ODD_ZONES, ZONES, slow_starts, wall

EVERY_ZONE = os.environ.get("SLOT_ZONES") == "all"
YEARS = (1996, 2037) if EVERY_ZONE else (2026, 2027)
BATCHES = 40 if EVERY_ZONE else 4
HALF = 0.5
HOUR = 3_600
NIGHTS = (Interval(22 * 60, 28 * 60), Interval(7 * 60, 7 * 60 + 200))
LATE = (Interval(0, 185), Interval(23 * 60, 25 * 60 + 20))


def changes_of(zone: str) -> list[int]:
    """The instants at which a zone changes its offset, found by asking its clock."""
    first, last = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in YEARS)
    found = []
    for low in range(first, last, 12 * HOUR):
        high = low + 12 * HOUR
        if offset_at(zone, low) == offset_at(zone, high):
            continue
        found.append(change_between(zone, low, high))
    return found


def change_between(zone: str, low: int, high: int) -> int:
    before = offset_at(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high


def offset_at(zone: str, instant: int) -> timedelta | None:
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).utcoffset()


def question_about(zone: str, change: int) -> tuple[Inquiry, Window]:
    """Night hours over the change, with bookings, a block, limits, sometimes a journey."""
    chance = Random(f"{zone} {change}")  # noqa: S311 -- the same questions every time
    day = wall(zone, change).date()
    near = [change + chance.randrange(-30, 30) * 10 * 60 for _ in range(4)]
    away = [Travel(day, day, chance.choice(ODD_ZONES)), Travel(day, day, zone)]
    window = Window(change - 5 * HOUR, change + 5 * HOUR)
    sessions = [
        Booking(near[0], near[0] + 50 * 60, key=0, after=10),
        Booking(near[1], near[1] + HOUR, key=1, offering="circle", capacity=3, taken=1),
        Booking(near[2], near[2] + HOUR, key=2, expires_at=change - chance.choice([9, 1]) * HOUR),
    ]
    inquiry = Inquiry(
        schedule=Schedule(
            zone=chance.choice([zone, "Europe/Berlin"]),
            weekly={weekday: chance.choice([NIGHTS, LATE]) for weekday in range(7)},
            overrides={day + timedelta(days=chance.choice([-1, 0, 1])): (Interval(0, 1440),)},
            travel=tuple(chance.sample(away, chance.choice([0, 0, 1]))),
        ),
        offering=Offering(
            duration=chance.choice([25, 46]),
            step=chance.choice([10, 15]),
            key="circle",
            before=chance.choice([0, 5]),
            max_per_day=chance.choice([None, 2]),
            max_per_week=chance.choice([None, 3]),
        ),
        now=change - 6 * HOUR,
        bookings=tuple(chance.sample(sessions, chance.randrange(4))),
        blocks=(Block(near[3], near[3] + 40 * 60),) if chance.random() < HALF else (),
    )
    return inquiry, window


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_change_of_a_clock_is_the_wall_clocks(batch: int) -> None:
    zones = sorted(available_timezones()) if EVERY_ZONE else ZONES
    wrong = [
        (zone, change)
        for zone in zones[batch::BATCHES]
        for change in changes_of(zone)
        if (question := question_about(zone, change))
        and offered_starts(*question) != slow_starts(*question)
    ]
    assert wrong == []
