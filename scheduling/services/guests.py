"""Booking without an account, and how much of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils.crypto import salted_hmac

from clients.services.enquiries import call_booked
from scheduling.models import Offering, Seat, Session
from scheduling.policies import Refused
from scheduling.policies.groups import GroupRefused
from scheduling.services.booking import (
    PLAIN,
    BookerGuest,
    Details,
    SlotTaken,
    book_session,
)
from scheduling.services.networks import HOUR, count_one, has_done_its_number, network_of

FAILED: Final = "guest-booking-failed"
MOST_AN_HOUR: Final = 5
"""Enough for colleagues in one office who all book on the same morning; too little to fill a
coach's calendar, or a stranger's inbox, with a script."""
MOST_FAILURES_AN_HOUR: Final = 30
"""Bad luck with times that others took does not come so often; trying out addresses does."""


class TooManyBookings(Exception):
    """This network or this e-mail address has booked, or failed, its number for this hour."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who books, and the network address that it comes from."""

    booker: BookerGuest
    address: str


def book_as_guest(
    *,
    offering: Offering,
    starts_at: datetime,
    guest: Guest,
    booking_key: UUID,
    booker_time_zone: str,
    now: datetime,
    details: Details = PLAIN,
) -> Session:
    """Book for somebody without an account. Only what is booked counts towards the small limit, so
    that losing a race for a time costs nothing; many failures are somebody trying things out.
    Raises TooManyBookings, SlotTaken or NotBookable.
    """
    book = partial(
        _book_first_talk if offering.kind == Offering.Kind.CHEMISTRY else book_session,
        offering=offering,
        starts_at=starts_at,
        booker=guest.booker,
        booking_key=booking_key,
        booker_time_zone=booker_time_zone,
        now=now,
        details=details,
    )
    return within_limits(guest, book)


def _book_first_talk(*, booker: BookerGuest, now: datetime, **asked: Any) -> Session:
    """Whoever books a first talk has asked about coaching: they stand among the enquiries."""
    session = book_session(booker=booker, now=now, **asked)
    call_booked(name=booker.name, email=booker.email, coach=session.coach, now=now)
    return session


def within_limits[T: (Session, Seat)](guest: Guest, book: Callable[[], T]) -> T:
    """Do it, unless the network or the address has done its number. Raises TooManyBookings, and
    whatever the booking itself raises, counted as a failure."""
    if has_done_its_number(FAILED, guest.address, most=MOST_FAILURES_AN_HOUR):
        raise TooManyBookings
    try:
        with transaction.atomic():
            booked = book()
            _count(f"network:{network_of(guest.address)}", booked)
            _count(f"email:{guest.booker.email.lower()}", booked)
    except (SlotTaken, Refused, GroupRefused, TooManyBookings):
        count_one(FAILED, guest.address, most=MOST_FAILURES_AN_HOUR)
        raise
    return booked


def _count(who: str, booked: Session | Seat) -> None:
    """Take one of an hour's places for this booking; its second try finds the place it has.

    Each place is a row of its own that is only ever added, so two at once cannot share one.
    """
    name = salted_hmac("scheduling.guests", who, algorithm="sha256").hexdigest()
    mine = str(booked.pk)
    for place in range(MOST_AN_HOUR):
        key = f"guest-booking:{name}:{place}"
        if cache.add(key, mine, HOUR) or cache.get(key) == mine:
            return
    raise TooManyBookings
