"""Every rule that refuses a start, one function per rule, for one instant at a time.

The sweep in `engine` answers the same question for a whole window; tests hold the two together.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from scheduling.slots.facts import (
    as_partner,
    days_taken,
    has_free_seat,
    line_of_time,
    standing,
    today,
)
from scheduling.slots.inputs import (
    MINUTE,
    Block,
    Booking,
    Examination,
    Explanation,
    Finding,
    Inquiry,
    Offering,
    Reason,
    Window,
)
from scheduling.slots.opening import (
    EPOCH_ORDINAL,
    MONDAY,
    Opening,
    Segment,
    day_at,
    openings,
    wall_instants,
    zone_at,
)


def explain(inquiry: Inquiry, start: int) -> tuple[Reason, ...]:
    """All rules that refuse this start (epoch seconds), in order; empty when it is offered.

    Joining a group session adds none, so that session neither blocks nor counts towards limits.
    """
    found = {finding.reason for finding in examine(inquiry, start).findings}
    return tuple(reason for reason in Reason if reason in found)


def explain_wall_time(inquiry: Inquiry, wall: datetime) -> tuple[Explanation, ...]:
    """The same for a naive wall time on the coach's clock, which may occur twice or never."""
    instants = wall_instants(inquiry.schedule, wall)
    if not instants:
        return (Explanation(start=None, reasons=(Reason.NONEXISTENT,)),)
    return tuple(Explanation(start=each, reasons=explain(inquiry, each)) for each in instants)


def examine(inquiry: Inquiry, start: int) -> Examination:
    """What every rule saw at this start (epoch seconds), for whoever wants to know why."""
    offering = inquiry.offering
    bookings = standing(inquiry)
    joins = next((each for each in bookings if _joins(each, offering, start)), None)
    others = [each for each in bookings if not _joins(each, offering, start)]
    pieces = line_of_time(inquiry, Window(start, start + 1))
    hours = openings(inquiry.schedule, pieces)
    taken = days_taken(others, pieces)
    day = day_at(pieces, start)
    in_day, in_week = taken.count(day), sum(_week(each) == _week(day) for each in taken)
    findings = [
        *_too_soon_or_late(inquiry, start, day),
        *_closed(inquiry, start, hours),
        *_occupied(inquiry, start, others),
        *_blocked(inquiry, start),
        *_limits_reached(offering, in_day, in_week),
        *_of_partner(inquiry, start),
    ]
    return Examination(
        start=start,
        day=date.fromordinal(EPOCH_ORDINAL + day),
        zone=zone_at(inquiry.schedule, start),
        hours=_hours_of(day, hours, pieces),
        in_day=in_day,
        in_week=in_week,
        joins=joins,
        findings=tuple(findings),
    )


def _of_partner(inquiry: Inquiry, start: int) -> Iterator[Finding]:
    """What refuses this start for the partner alone; the grid of starts is the coach's."""
    theirs = as_partner(inquiry)
    found = examine(theirs, start).findings if theirs else ()
    for finding in found:
        if finding.reason not in (Reason.OFF_GRID, Reason.PAST):
            yield replace(finding, of_partner=True)


def _hours_of(day: int, hours: list[Opening], pieces: list[Segment]) -> tuple[tuple[int, int], ...]:
    """The hours that touch a wall date; those cut by a change of the clock are whole again."""
    found: list[tuple[int, int]] = []
    for opens, closes, _anchor in hours:
        if not day_at(pieces, opens) <= day <= day_at(pieces, closes - 1):
            continue
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], closes))
        else:
            found.append((opens, closes))
    return tuple(found)


def _joins(booking: Booking, offering: Offering, start: int) -> bool:
    return booking.starts_at == start and has_free_seat(booking, offering)


def _week(day: int) -> int:
    return (day + MONDAY) // 7


def _too_soon_or_late(inquiry: Inquiry, start: int, day: int) -> Iterator[Finding]:
    if start < inquiry.now:
        yield Finding(Reason.PAST)
    elif start < inquiry.now + inquiry.offering.notice * MINUTE:
        yield Finding(Reason.NOTICE)
    horizon = inquiry.offering.horizon_days
    if horizon is not None and day > today(inquiry) + horizon:
        yield Finding(Reason.HORIZON)


def _closed(inquiry: Inquiry, start: int, hours: list[Opening]) -> Iterator[Finding]:
    end = start + inquiry.offering.duration * MINUTE
    open_until, aligned, inside = start, False, False
    for opens, closes, anchor in hours:
        if opens <= start < closes:
            inside = True
            aligned = aligned or (start - anchor) % (inquiry.offering.step * MINUTE) == 0
        if opens <= open_until:
            open_until = max(open_until, closes)
    if open_until < end:
        yield Finding(Reason.OUTSIDE_HOURS)
    if inside and not aligned:
        yield Finding(Reason.OFF_GRID)


def _occupied(inquiry: Inquiry, start: int, others: list[Booking]) -> Iterator[Finding]:
    offering = inquiry.offering
    end = start + offering.duration * MINUTE
    for booking in others:
        before = max(offering.before, booking.after) * MINUTE
        after = max(offering.after, booking.before) * MINUTE
        if booking.starts_at < end and start < booking.ends_at:
            reason = _overlap_reason(booking, offering, start)
            yield Finding(reason, booking.starts_at, booking.ends_at)
        elif booking.starts_at < end + after and start < booking.ends_at + before:
            yield Finding(Reason.BUFFER, booking.starts_at, booking.ends_at)


def _blocked(inquiry: Inquiry, start: int) -> Iterator[Finding]:
    offering = inquiry.offering
    end = start + offering.duration * MINUTE
    for block in inquiry.blocks:
        if _overlaps(block, start, end):
            yield Finding(Reason.BUSY, block.starts_at, block.ends_at)
        elif _overlaps(block, start - offering.before * MINUTE, end + offering.after * MINUTE):
            yield Finding(Reason.BUFFER, block.starts_at, block.ends_at)
    for block in inquiry.room:
        if _overlaps(block, start, end):
            yield Finding(Reason.ROOM, block.starts_at, block.ends_at)


def _overlaps(block: Block, start: int, end: int) -> bool:
    """Something of no length is in nobody's way."""
    return block.starts_at < block.ends_at and block.starts_at < end and start < block.ends_at


def _overlap_reason(booking: Booking, offering: Offering, start: int) -> Reason:
    if booking.expires_at is not None:
        return Reason.HELD
    same_group = booking.capacity > 1 and booking.offering == offering.key
    return Reason.SEATS_FULL if same_group and booking.starts_at == start else Reason.BOOKED


def _limits_reached(offering: Offering, in_day: int, in_week: int) -> Iterator[Finding]:
    if offering.max_per_day is not None and in_day >= offering.max_per_day:
        yield Finding(Reason.DAY_FULL)
    if offering.max_per_week is not None and in_week >= offering.max_per_week:
        yield Finding(Reason.WEEK_FULL)
