"""What both the sweep and the explanation read from an inquiry before they apply a rule."""

from dataclasses import replace

from scheduling.slots.inputs import DAY, MINUTE, Booking, Inquiry, Offering, Window
from scheduling.slots.opening import Segment, day_at, segments

WEEK = 7 * DAY


def needed_range(window: Window, offering: Offering) -> Window:
    """The range whose bookings and blocks an answer for the window depends on, in epoch seconds.

    Everything that overlaps it is to be loaded: neighbours within reach of a day of buffers, and
    the whole wall weeks that the limits count.
    """
    limited = offering.max_per_day is not None or offering.max_per_week is not None
    reach = WEEK + DAY if limited else DAY
    return Window(window.start - reach, window.end + offering.duration * MINUTE + reach)


def line_of_time(inquiry: Inquiry, window: Window) -> list[Segment]:
    """The offsets of the window, today and the weeks around it that limits count."""
    reach = WEEK + 2 * DAY
    last = window.end + inquiry.offering.duration * MINUTE + reach
    return segments(inquiry.schedule, window.start - reach, last)


def as_partner(inquiry: Inquiry) -> Inquiry | None:
    """The same question put to the partner alone, without the rules that are the offering's.

    A group of theirs can be joined only where it is the coach's as well.
    """
    partner = inquiry.partner
    if partner is None:
        return None
    shared = {each.starts_at for each in standing(inquiry) if has_free_seat(each, inquiry.offering)}
    bookings = tuple(
        each if each.capacity == 1 or each.starts_at in shared else each._replace(capacity=1)
        for each in partner.bookings
    )
    return replace(
        inquiry,
        schedule=partner.schedule,
        bookings=bookings,
        blocks=partner.blocks,
        offering=replace(inquiry.offering, notice=0, horizon_days=None),
        room=(),
        partner=None,
    )


def today(inquiry: Inquiry) -> int:
    """The wall date of `now`, as a day number."""
    return day_at(segments(inquiry.schedule, inquiry.now, inquiry.now + 1), inquiry.now)


def standing(inquiry: Inquiry) -> list[Booking]:
    """The bookings that block: no expired hold, nothing of no length, not the one being moved."""
    now, moving = inquiry.now, inquiry.moving
    return [
        booking
        for booking in inquiry.bookings
        if booking.starts_at < booking.ends_at
        and (booking.expires_at is None or booking.expires_at > now)
        and (moving is None or booking.key != moving)
    ]


def days_taken(bookings: list[Booking], pieces: list[Segment]) -> list[int]:
    """The wall date of every confirmed session inside the pieces; holds do not count."""
    first, last = pieces[0].start, pieces[-1].end
    taken: list[int] = []
    for booking in bookings:
        if booking.expires_at is None and first <= booking.starts_at < last:
            taken += [day_at(pieces, booking.starts_at)] * booking.sessions
    return taken


def has_free_seat(booking: Booking, offering: Offering) -> bool:
    """Whether this is a confirmed group session of the offering that somebody can still join."""
    return (
        booking.offering == offering.key
        and booking.expires_at is None
        and booking.taken < booking.capacity
    )
