"""When reminders are due: lead times, quiet hours, the nights on which the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.policies.reminders import QuietHours, due_times

BERLIN = ZoneInfo("Europe/Berlin")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
NIGHT = QuietHours(time(21), time(7))


def due(
    start: str, *leads: int, quiet: QuietHours | None = None, zone: str = "Europe/Berlin"
) -> list[str]:
    clock = ZoneInfo(zone)
    found = due_times(
        starts_at=datetime.fromisoformat(start).replace(tzinfo=clock),
        leads=leads,
        zone=clock,
        quiet=quiet,
        now=LONG_AGO,
    )
    return [f"{at.astimezone(clock):%d %H:%M}" for _minutes, at in found]


def test_several_reminders_come_in_order() -> None:
    assert due("2027-06-09 10:00", 120, 2880, 120) == ["07 10:00", "09 08:00"]


def test_the_lead_is_elapsed_time_on_the_night_the_clocks_change() -> None:
    assert due("2027-03-28 10:00", 1440) == ["27 09:00"]
    assert due("2027-10-31 10:00", 1440) == ["30 11:00"]


@pytest.mark.parametrize(
    ("start", "lead", "expected"),
    [
        ("2027-06-09 08:30", 120, "09 07:00"),
        ("2027-06-09 09:00", 120, "09 07:00"),
        ("2027-06-09 08:00", 120, "09 07:00"),
        ("2027-06-09 07:30", 120, "08 20:55"),
        ("2027-06-09 03:00", 2880, "07 07:00"),
        ("2027-06-09 23:00", 60, "09 20:55"),
        ("2027-06-09 12:00", 120, "09 10:00"),
    ],
)
def test_quiet_hours_move_it_to_their_end_or_before_their_beginning(
    start: str, lead: int, expected: str
) -> None:
    assert due(start, lead, quiet=NIGHT) == [expected]


def test_quiet_hours_may_lie_within_a_day() -> None:
    siesta = QuietHours(time(13), time(16))
    assert due("2027-06-09 15:00", 60, quiet=siesta) == ["09 12:55"]
    assert due("2027-06-10 13:30", 1440, quiet=siesta) == ["09 16:00"]


def test_two_that_quiet_hours_push_together_are_one() -> None:
    assert due("2027-06-09 07:20", 60, 120, 180, quiet=NIGHT) == ["08 20:55"]


def test_quiet_hours_are_on_the_reader_s_clock() -> None:
    start = datetime(2027, 6, 9, 10, tzinfo=BERLIN)
    [(_lead, at)] = due_times(
        starts_at=start,
        leads=[60],
        zone=ZoneInfo("America/New_York"),
        quiet=NIGHT,
        now=LONG_AGO,
    )
    assert at == datetime(2027, 6, 9, 0, 55, tzinfo=UTC)


@settings(max_examples=150, deadline=None)
@given(
    hours=st.integers(0, 3 * 365 * 24),
    minutes=st.sampled_from([0, 1, 30, 59]),
    leads=st.lists(st.integers(5, 10_000), max_size=4),
    begins=st.times(),
    ends=st.times(),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    waited=st.integers(0, 20_000),
)
def test_never_after_the_start_never_before_now_never_twice(
    hours: int, minutes: int, leads: list[int], begins: time, ends: time, zone: str, waited: int
) -> None:
    starts_at = LONG_AGO + timedelta(hours=hours, minutes=minutes)
    now = starts_at - timedelta(minutes=waited)
    found = due_times(
        starts_at=starts_at,
        leads=leads,
        zone=ZoneInfo(zone),
        quiet=QuietHours(begins, ends),
        now=now,
    )
    times = [at for _lead, at in found]
    assert all(now < at < starts_at for at in times)
    assert len(set(times)) == len(times) <= len(leads)
