"""From wall time to instants: zones, journeys and opening hours.

The line of time is cut where the UTC offset changes. Inside one piece wall time and instants
differ by a constant, so this module is the only place where a wall clock is read.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from scheduling.slots.inputs import DAY, MINUTE, Schedule, Travel

CHUNK: Final = 400 * DAY
"""Offset changes are looked up and kept for this many seconds at a time."""
STRIDE: Final = DAY // 4
"""No zone leaves an offset and comes back to it within six hours."""
EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
MONDAY: Final = 3
"""Day 0 of the epoch was a Thursday: (day + 3) % 7 is the weekday, (day + 3) // 7 the week."""


class Segment(NamedTuple):
    """[start, end) in epoch seconds with one UTC offset, in seconds east."""

    start: int
    end: int
    offset: int


class Opening(NamedTuple):
    """Open [start, end) in epoch seconds; starts are whole steps after `anchor`."""

    start: int
    end: int
    anchor: int


def day_number(day: date) -> int:
    """Days since 1970-01-01, as wall dates are counted here."""
    return day.toordinal() - EPOCH_ORDINAL


def _offset(zone: ZoneInfo, instant: int) -> int:
    there = datetime.fromtimestamp(instant, UTC).astimezone(zone).utcoffset()
    if there is None:
        raise ValueError(f"{zone.key} has no UTC offset")
    return int(there.total_seconds())


@lru_cache(maxsize=512)
def _segments_of_chunk(zone_name: str, chunk: int) -> tuple[Segment, ...]:
    zone = ZoneInfo(zone_name)
    end = (chunk + 1) * CHUNK
    found = [Segment(chunk * CHUNK, end, _offset(zone, chunk * CHUNK))]
    for probe in range(chunk * CHUNK + STRIDE, end + 1, STRIDE):
        probe_offset = _offset(zone, probe)
        if probe_offset == found[-1].offset:
            continue
        low, high = probe - STRIDE, probe
        while high - low > 1:
            middle = (low + high) // 2
            if _offset(zone, middle) == probe_offset:
                high = middle
            else:
                low = middle
        found[-1] = found[-1]._replace(end=high)
        found.append(Segment(high, end, probe_offset))
    return tuple(segment for segment in found if segment.start < segment.end)


def _zone_segments(zone_name: str, start: int, end: int) -> list[Segment]:
    """The offsets of one zone over [start, end)."""
    return [
        Segment(max(segment.start, start), min(segment.end, end), segment.offset)
        for chunk in range(start // CHUNK, (end - 1) // CHUNK + 1)
        for segment in _segments_of_chunk(zone_name, chunk)
        if segment.start < end and segment.end > start
    ]


def _journey_segments(journey: Travel, start: int, end: int) -> Iterator[Segment]:
    """The instants at which the journey's own clock shows one of its dates."""
    first, last = day_number(journey.first), day_number(journey.last)
    for segment in _zone_segments(journey.zone, start, end):
        begin = max(segment.start, first * DAY - segment.offset)
        finish = min(segment.end, (last + 1) * DAY - segment.offset)
        if begin < finish:
            yield Segment(begin, finish, segment.offset)


def segments(schedule: Schedule, start: int, end: int) -> list[Segment]:
    """The offsets the coach lives by over [start, end), in order and without gaps."""
    home = _zone_segments(schedule.zone, start, end)
    layers = [
        segment
        for journey in sorted(schedule.travel, key=lambda each: each.first)
        for segment in _journey_segments(journey, start, end)
    ]
    if not layers:
        return home
    layers += home
    cuts = sorted({cut for segment in layers for cut in (segment.start, segment.end)})
    return [
        Segment(low, high, next(s.offset for s in layers if s.start <= low < s.end))
        for low, high in pairwise(cuts)
    ]


def zone_at(schedule: Schedule, instant: int) -> str:
    """The zone whose clock the coach lives by at an instant."""
    for journey in sorted(schedule.travel, key=lambda each: each.first):
        if any(_journey_segments(journey, instant, instant + 1)):
            return journey.zone
    return schedule.zone


def day_at(pieces: list[Segment], instant: int) -> int:
    """The wall date, as a day number, of an instant covered by the pieces."""
    position = bisect_right(pieces, instant, key=lambda piece: piece.start) - 1
    return (instant + pieces[position].offset) // DAY


def date_changes(schedule: Schedule, start: int, end: int) -> set[int]:
    """The instants at which the coach's wall date changes; a few others may be among them."""
    found: set[int] = set()
    for begin, finish, offset in segments(schedule, start, end):
        midnight = begin + (-begin - offset) % DAY
        found.update((begin, *range(midnight, finish, DAY)))
    return found


def openings(schedule: Schedule, pieces: list[Segment]) -> list[Opening]:
    """All opening hours inside the pieces, sorted; they may overlap one another."""
    overrides = {day_number(day): hours for day, hours in schedule.overrides.items()}
    weekly = [schedule.weekly.get(weekday, ()) for weekday in range(7)]
    found = []
    for start, end, offset in pieces:
        yesterday = (start + offset) // DAY - 1
        for day in range(yesterday, (end - 1 + offset) // DAY + 1):
            midnight = day * DAY - offset
            hours = overrides.get(day)
            for interval in weekly[(day + MONDAY) % 7] if hours is None else hours:
                anchor = midnight + interval.start * MINUTE
                opens, closes = max(anchor, start), min(midnight + interval.end * MINUTE, end)
                if opens < closes:
                    found.append(Opening(opens, closes, anchor))
    found.sort()
    return found


def wall_instants(schedule: Schedule, wall: datetime) -> tuple[int, ...]:
    """The instants at which the coach's clock shows this naive wall time: none, one or two."""
    seconds = int((wall - datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001 -- wall time
    around = segments(schedule, seconds - 2 * DAY, seconds + 2 * DAY)
    return tuple(
        seconds - offset for start, end, offset in around if start <= seconds - offset < end
    )
