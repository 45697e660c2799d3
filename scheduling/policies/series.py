"""The dates of a series: plain calendar arithmetic, before any coach's hours are asked."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

WEEK: Final = timedelta(days=7)
FEWEST: Final = 2
MOST: Final = 52


def dates_of(rhythm: str, first: date, times: int) -> list[date]:
    """`times` dates from the first: weekly, fortnightly, or the same weekday of each month.

    The third Tuesday stays the third Tuesday. A fifth one is rare, so a series that begins on it
    keeps to the last Tuesday of each month. Raises ValueError for an unknown rhythm.
    """
    if rhythm == "weekly":
        return [first + number * WEEK for number in range(times)]
    if rhythm == "fortnightly":
        return [first + number * 2 * WEEK for number in range(times)]
    if rhythm == "monthly":
        return [_same_weekday(first, number) for number in range(times)]
    raise ValueError(f"not a rhythm: {rhythm}")


def _same_weekday(first: date, months: int) -> date:
    """The same weekday of the month so many months later; the last one for a fifth."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    begin = date(year, month + 1, 1)
    earliest = begin + timedelta(days=(first.weekday() - begin.weekday()) % 7)
    days = [earliest + number * WEEK for number in range(5)]
    in_month = [day for day in days if day.month == begin.month]
    return in_month[min((first.day - 1) // 7, len(in_month) - 1)]


def instant_of(day: date, wall_time: time, zone: ZoneInfo) -> datetime | None:
    """The wall time of a date as an instant in UTC, or None when the clock jumps over it.

    Of a time that occurs twice it is the first, as people who say "half past two" mean it.
    """
    wall = datetime.combine(day, wall_time)
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return instant if instant.astimezone(zone).replace(tzinfo=None) == wall else None


def is_a_series(starts: Sequence[datetime]) -> bool:
    """Two to fifty-two different times."""
    return FEWEST <= len(set(starts)) == len(starts) <= MOST
