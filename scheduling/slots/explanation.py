"""Every rule that refuses a start, one function per rule, for one instant at a time.

The sweep in `engine` answers the same question for a whole window; tests hold the two together.
"""

from datetime import datetime

from scheduling.slots.facts import days_taken, has_free_seat, line_of_time, standing, today
from scheduling.slots.inputs import MINUTE, Booking, Explanation, Inquiry, Offering, Reason, Window
from scheduling.slots.opening import MONDAY, Segment, day_at, openings, wall_instants


def explain(inquiry: Inquiry, start: int) -> tuple[Reason, ...]:
    """All rules that refuse this start (epoch seconds), in order; empty when it is offered.

    Joining a group session adds none, so that session neither blocks nor counts towards limits.
    """
    bookings = standing(inquiry)
    others = [
        booking
        for booking in bookings
        if not (booking.starts_at == start and has_free_seat(booking, inquiry.offering))
    ]
    pieces = line_of_time(inquiry, Window(start, start + 1))
    found = (
        _too_soon_or_late(inquiry, start, pieces)
        | _closed(inquiry, start, pieces)
        | _occupied(inquiry, start, others)
        | _limits_reached(inquiry.offering, start, days_taken(others, pieces), pieces)
    )
    return tuple(reason for reason in Reason if reason in found)


def explain_wall_time(inquiry: Inquiry, wall: datetime) -> tuple[Explanation, ...]:
    """The same for a naive wall time on the coach's clock, which may occur twice or never."""
    instants = wall_instants(inquiry.schedule, wall)
    if not instants:
        return (Explanation(start=None, reasons=(Reason.NONEXISTENT,)),)
    return tuple(Explanation(start=each, reasons=explain(inquiry, each)) for each in instants)


def _too_soon_or_late(inquiry: Inquiry, start: int, pieces: list[Segment]) -> set[Reason]:
    found = set()
    if start < inquiry.now:
        found.add(Reason.PAST)
    elif start < inquiry.now + inquiry.offering.notice * MINUTE:
        found.add(Reason.NOTICE)
    horizon = inquiry.offering.horizon_days
    if horizon is not None and day_at(pieces, start) > today(inquiry) + horizon:
        found.add(Reason.HORIZON)
    return found


def _closed(inquiry: Inquiry, start: int, pieces: list[Segment]) -> set[Reason]:
    end = start + inquiry.offering.duration * MINUTE
    open_until, aligned, inside = start, False, False
    for opens, closes, anchor in openings(inquiry.schedule, pieces):
        if opens <= start < closes:
            inside = True
            aligned = aligned or (start - anchor) % (inquiry.offering.step * MINUTE) == 0
        if opens <= open_until:
            open_until = max(open_until, closes)
    found = set()
    if open_until < end:
        found.add(Reason.OUTSIDE_HOURS)
    if inside and not aligned:
        found.add(Reason.OFF_GRID)
    return found


def _occupied(inquiry: Inquiry, start: int, others: list[Booking]) -> set[Reason]:
    offering = inquiry.offering
    end = start + offering.duration * MINUTE
    found = set()
    for booking in others:
        gap_before = max(offering.before, booking.after) * MINUTE
        gap_after = max(offering.after, booking.before) * MINUTE
        if booking.starts_at < end and start < booking.ends_at:
            found.add(_overlap_reason(booking, offering, start))
        elif booking.starts_at < end + gap_after and start < booking.ends_at + gap_before:
            found.add(Reason.BUFFER)
    before, after = offering.before * MINUTE, offering.after * MINUTE
    for block in inquiry.blocks:
        if block.starts_at >= block.ends_at:
            continue
        if block.starts_at < end and start < block.ends_at:
            found.add(Reason.BUSY)
        elif block.starts_at < end + after and start < block.ends_at + before:
            found.add(Reason.BUFFER)
    return found


def _overlap_reason(booking: Booking, offering: Offering, start: int) -> Reason:
    if booking.expires_at is not None:
        return Reason.HELD
    same_group = booking.capacity > 1 and booking.offering == offering.key
    return Reason.SEATS_FULL if same_group and booking.starts_at == start else Reason.BOOKED


def _limits_reached(
    offering: Offering, start: int, taken: list[int], pieces: list[Segment]
) -> set[Reason]:
    found = set()
    day = day_at(pieces, start)
    week = (day + MONDAY) // 7
    if offering.max_per_day is not None and taken.count(day) >= offering.max_per_day:
        found.add(Reason.DAY_FULL)
    in_week = sum((each + MONDAY) // 7 == week for each in taken)
    if offering.max_per_week is not None and in_week >= offering.max_per_week:
        found.add(Reason.WEEK_FULL)
    return found
