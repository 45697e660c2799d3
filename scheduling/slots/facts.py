"""What both the sweep and the explanation read from an inquiry before they apply a rule."""

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
    return [
        day_at(pieces, booking.starts_at)
        for booking in bookings
        if booking.expires_at is None and first <= booking.starts_at < last
    ]


def has_free_seat(booking: Booking, offering: Offering) -> bool:
    """Whether this is a confirmed group session of the offering that somebody can still join."""
    return (
        booking.offering == offering.key
        and booking.expires_at is None
        and booking.taken < booking.capacity
    )
