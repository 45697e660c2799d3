"""Where something stands in the grid of a day: style classes, because pages carry no inline styles.

A row is a quarter of an hour, counted from 1 at the first hour shown; `o-1` and `e-2` push the
start five and the end ten minutes inwards.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from scheduling.queries.calendar_times import Minutes

DAY_LONG: Final = 24 * 60
QUARTER: Final = 15
MOST_LANES: Final = 4
USUAL: Final = (8 * 60, 18 * 60)
"""The hours that are shown at least, in minutes."""


@dataclass(frozen=True, slots=True)
class Hour:
    place: str
    label: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the day that the grid shows, in whole hours; minutes of the wall clock."""

    first: int
    last: int

    @property
    def rows(self) -> int:
        return (self.last - self.first) // QUARTER

    def hours(self) -> tuple[Hour, ...]:
        """The labels down the side; the first one would stand outside of the grid."""
        marks = range(self.first + 60, self.last, 60)
        return tuple(Hour(self.place(each, each + 60), clock(each)) for each in marks)

    def place(self, start: int, end: int) -> str:
        """Classes for [start, end), cut to what is shown; empty when nothing of it is."""
        start, end = max(start, self.first), min(end, self.last)
        if start >= end:
            return ""
        row, late = divmod(start - self.first, QUARTER)
        until = -(-(end - self.first) // QUARTER)
        early = until * QUARTER - (end - self.first)
        classes = [f"r-{row + 1}", f"s-{until - row}"]
        classes += [f"o-{late // 5}"] if late >= 5 else []
        classes += [f"e-{early // 5}"] if early >= 5 else []
        return " ".join(classes)

    def gaps(self, filled: Iterable[Minutes]) -> Iterator[Minutes]:
        """What is left of the frame between intervals that are in order of their starts."""
        reached = self.first
        for start, end in filled:
            if start > reached:
                yield reached, min(start, self.last)
            reached = max(reached, end)
        if reached < self.last:
            yield reached, self.last


def lanes(spans: Sequence[Minutes]) -> list[str]:
    """Classes that lay what overlaps side by side, in the order of the spans; earlier ones go left.

    `w-2 l-2` is the second of two lanes. What stands alone has none; a fifth lies on the fourth.
    """
    classes = [""] * len(spans)
    for bunch in _bunches(spans):
        ends: list[list[Minutes]] = []
        places: list[tuple[int, int]] = []
        for index in bunch:
            start, end = spans[index]
            lane = next(
                (
                    number
                    for number, taken in enumerate(ends)
                    if all(end <= other[0] or start >= other[1] for other in taken)
                ),
                len(ends),
            )
            if lane == len(ends):
                ends.append([])
            ends[lane].append((start, end))
            places.append((index, min(lane, MOST_LANES - 1)))
        for index, lane in places:
            classes[index] = f" w-{min(len(ends), MOST_LANES)} l-{lane + 1}"
    return classes


def _bunches(spans: Sequence[Minutes]) -> Iterator[list[int]]:
    """The numbers of those that hang together by overlapping, each bunch in the given order."""
    bunch: list[int] = []
    reached = -1
    for index in sorted(range(len(spans)), key=spans.__getitem__):
        start, end = spans[index]
        if start >= reached:
            if len(bunch) > 1:
                yield sorted(bunch)
            bunch = []
        bunch.append(index)
        reached = max(reached, end)
    if len(bunch) > 1:
        yield sorted(bunch)


def frame_around(spans: Iterable[Minutes]) -> Frame:
    """The usual hours, and whatever hour more these need."""
    first, last = USUAL
    for start, end in spans:
        first, last = min(first, start), max(last, end)
    return Frame(first // 60 * 60, min(-(-last // 60) * 60, DAY_LONG))


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def pieces_of(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[date, Minutes]]:
    """The dates that a stretch of time lies on, each with its minutes on that zone's wall clock."""
    here, there = start.astimezone(zone), end.astimezone(zone)
    for day in days_from(here.date(), (there.date() - here.date()).days + 1):
        begins = minute_of(here) if day == here.date() else 0
        ends = minute_of(there) if day == there.date() else DAY_LONG
        if ends <= begins and day == there.date() == here.date() and start < end:
            ends = min(begins + QUARTER, DAY_LONG)  # the hour that a clock shows twice
        if begins < ends:
            yield day, (begins, ends)


def minute_of(local: datetime) -> int:
    return local.hour * 60 + local.minute


def clock(minute: int) -> str:
    """`09:30`; midnight at the end of a day is 24:00 of that day and is written 00:00."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
