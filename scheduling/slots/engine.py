"""All offered starts of a window in one sweep.

Opening hours, anchored to their grid, are walked once beside one sorted list of forbidden starts;
every rule (bookings, blocks, buffers, horizon, limits) is a stretch of that list.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator

from scheduling.slots.explanation import explain
from scheduling.slots.facts import (
    as_partner,
    days_taken,
    has_free_seat,
    line_of_time,
    standing,
    today,
)
from scheduling.slots.inputs import DAY, MINUTE, Booking, Inquiry, Window
from scheduling.slots.opening import MONDAY, Opening, Segment, openings

type Stretch = tuple[int, int]
"""[first, end) in epoch seconds."""


def offered_starts(inquiry: Inquiry, window: Window) -> list[int]:
    """Every start in the window that may be booked, sorted, in epoch seconds.

    With a partner, those at which both are open and free. The client's zone plays no part: it
    changes labels only.
    """
    offering = inquiry.offering
    earliest = max(window.start, inquiry.now + offering.notice * MINUTE)
    if earliest >= window.end:
        return []
    asked = Window(earliest, window.end)
    pieces = line_of_time(inquiry, asked)
    bookings = standing(inquiry)
    stretches = _bookings_and_blocks(inquiry, bookings, asked)
    stretches += _closed_days(inquiry, bookings, pieces)
    starts = _suiting_partner(inquiry, asked, _sweep(inquiry, asked, pieces, _merged(stretches)))
    starts += _joinable(inquiry, bookings, asked)
    starts.sort()
    return list(dict.fromkeys(starts))


def _suiting_partner(inquiry: Inquiry, asked: Window, starts: list[int]) -> list[int]:
    """Of these starts, those at which the partner is open and free as well."""
    theirs = as_partner(inquiry)
    if theirs is None or not starts:
        return starts
    pieces = line_of_time(theirs, asked)
    bookings = standing(theirs)
    stretches = _bookings_and_blocks(theirs, bookings, asked)
    stretches += _closed_days(theirs, bookings, pieces)
    forbidden = _merged(stretches)
    opening = _merged((opens, closes) for opens, closes, _ in _startable(theirs, asked, pieces))
    return [each for each in starts if _covers(opening, each) and not _covers(forbidden, each)]


def _covers(stretches: tuple[list[int], list[int]], start: int) -> bool:
    firsts, ends = stretches
    position = bisect_right(firsts, start) - 1
    return position >= 0 and start < ends[position]


def is_offered(inquiry: Inquiry, start: int) -> bool:
    """Whether a session may begin at this epoch second: the listing of one second."""
    return bool(offered_starts(inquiry, Window(start, start + 1)))


def nearest_starts(inquiry: Inquiry, wanted: int, count: int = 3, days: int = 14) -> list[int]:
    """The offered starts closest to a wanted one, at most `days` away, in order of time."""
    found = offered_starts(inquiry, Window(wanted - days * DAY, wanted + days * DAY))
    return sorted(sorted(found, key=lambda start: abs(start - wanted))[:count])


def _bookings_and_blocks(inquiry: Inquiry, bookings: list[Booking], asked: Window) -> list[Stretch]:
    """Starts that would touch a booking or block. Buffers overlap: the longer one counts."""
    offering = inquiry.offering
    duration, before, after = offering.duration * MINUTE, offering.before, offering.after
    low, high = asked.start, asked.end
    leads = {
        own: duration + max(own, after) * MINUTE - 1
        for own in {0, *(booking.before for booking in bookings)}
    }
    trails = {
        own: max(own, before) * MINUTE for own in {0, *(booking.after for booking in bookings)}
    }
    taken = [
        (first, end)
        for booking in bookings
        if (first := booking.starts_at - leads[booking.before]) < high
        and (end := booking.ends_at + trails[booking.after]) > low
    ]
    blocked = [
        (first, end)
        for block in inquiry.blocks
        if (first := block.starts_at - leads[0]) < high
        and (end := block.ends_at + trails[0]) > low
        and block.starts_at < block.ends_at
    ]
    return taken + blocked + _room_taken(inquiry, asked)


def _room_taken(inquiry: Inquiry, asked: Window) -> list[Stretch]:
    """Starts at which the session would overlap somebody else's in the same room."""
    lead = inquiry.offering.duration * MINUTE - 1
    return [
        (block.starts_at - lead, block.ends_at)
        for block in inquiry.room
        if block.starts_at < block.ends_at
        and block.starts_at - lead < asked.end
        and block.ends_at > asked.start
    ]


def _closed_days(
    inquiry: Inquiry, bookings: list[Booking], pieces: list[Segment]
) -> Iterator[Stretch]:
    """Wall dates with no room left under the limits, and all dates beyond the horizon."""
    full = _full_days(inquiry, bookings, pieces)
    horizon = inquiry.offering.horizon_days
    beyond = None if horizon is None else today(inquiry) + horizon + 1
    for start, end, offset in pieces:
        for day in full:
            first, last = max(start, day * DAY - offset), min(end, (day + 1) * DAY - offset)
            if first < last:
                yield first, last
        if beyond is not None and beyond * DAY - offset < end:
            yield max(start, beyond * DAY - offset), end


def _full_days(inquiry: Inquiry, bookings: list[Booking], pieces: list[Segment]) -> set[int]:
    per_day, per_week = inquiry.offering.max_per_day, inquiry.offering.max_per_week
    if per_day is None and per_week is None:
        return set()
    taken = days_taken(bookings, pieces)
    in_day = Counter(taken)
    in_week = Counter((day + MONDAY) // 7 for day in taken)
    full = {day for day, count in in_day.items() if per_day is not None and count >= per_day}
    for week, count in in_week.items():
        if per_week is not None and count >= per_week:
            full.update(range(week * 7 - MONDAY, (week + 1) * 7 - MONDAY))
    return full


def _merged(stretches: Iterable[Stretch]) -> tuple[list[int], list[int]]:
    """The same seconds as disjoint stretches in order: their firsts and their ends."""
    firsts: list[int] = []
    ends: list[int] = []
    latest = None
    for first, end in sorted(stretches):
        if latest is None or first > latest:
            firsts.append(first)
            ends.append(end)
            latest = end
        elif end > latest:
            ends[-1] = latest = end
    return firsts, ends


def _sweep(
    inquiry: Inquiry, asked: Window, pieces: list[Segment], forbidden: tuple[list[int], list[int]]
) -> list[int]:
    step = inquiry.offering.step * MINUTE
    firsts, ends = forbidden
    found: list[int] = []
    for opens, closes, anchor in _startable(inquiry, asked, pieces):
        start = opens + (anchor - opens) % step
        position = bisect_right(ends, start)
        while start < closes:
            if position == len(firsts) or firsts[position] >= closes:
                found.extend(range(start, closes, step))
                break
            found.extend(range(start, firsts[position], step))
            end = ends[position]
            start = max(start, end + (anchor - end) % step)
            position += 1
    return found


def _startable(inquiry: Inquiry, asked: Window, pieces: list[Segment]) -> Iterator[Opening]:
    """Openings cut down to the starts from which a whole session stays open."""
    duration = inquiry.offering.duration * MINUTE
    relevant = [
        Segment(max(start, asked.start), min(end, asked.end + duration), offset)
        for start, end, offset in pieces
        if start < asked.end + duration and end > asked.start
    ]
    hours = openings(inquiry.schedule, relevant)
    firsts, ends = _merged((opens, closes) for opens, closes, _ in hours)
    for opens, closes, anchor in hours:
        run_end = ends[bisect_right(firsts, opens) - 1]
        last = min(closes, run_end - duration + 1, asked.end)
        if opens < last:
            yield Opening(opens, last, anchor)


def _joinable(inquiry: Inquiry, bookings: list[Booking], asked: Window) -> list[int]:
    """Starts of group sessions with a free seat that nothing but the session itself forbids."""
    return [
        booking.starts_at
        for booking in bookings
        if booking.taken < booking.capacity
        and asked.start <= booking.starts_at < asked.end
        and has_free_seat(booking, inquiry.offering)
        and not explain(inquiry, booking.starts_at)
    ]
