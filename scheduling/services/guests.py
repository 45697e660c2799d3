"""Booking without an account, and how much of it."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils.crypto import salted_hmac

from scheduling.models import Offering, Session
from scheduling.services.booking import PLAIN, BookerGuest, Details, book_session

HOUR: Final = 60 * 60
MOST_AN_HOUR: Final = 5
"""Enough for colleagues in one office who all book on the same morning; too little to fill a
coach's calendar, or a stranger's inbox, with a script."""
IPV6_NETWORK: Final = 64
"""One household or machine has all addresses of such a network."""


class TooManyBookings(Exception):
    """This network or this e-mail address has booked its number for this hour."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who books, and the network address that it comes from."""

    booker: BookerGuest
    address: str


@transaction.atomic
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
    """Book for somebody without an account. Only what is booked counts towards the limit, so that
    losing a race for a time costs nothing. Raises TooManyBookings, SlotTaken or NotBookable.
    """
    session = book_session(
        offering=offering,
        starts_at=starts_at,
        booker=guest.booker,
        booking_key=booking_key,
        booker_time_zone=booker_time_zone,
        now=now,
        details=details,
    )
    _count(f"network:{network_of(guest.address)}", session)
    _count(f"email:{guest.booker.email.lower()}", session)
    return session


def _count(who: str, session: Session) -> None:
    """Take one of an hour's places for this session; its second try finds the place it has.

    Each place is a row of its own that is only ever added, so two at once cannot share one.
    """
    name = salted_hmac("scheduling.guests", who, algorithm="sha256").hexdigest()
    mine = str(session.pk)
    for place in range(MOST_AN_HOUR):
        key = f"guest-booking:{name}:{place}"
        if cache.add(key, mine, HOUR) or cache.get(key) == mine:
            return
    raise TooManyBookings


def network_of(address: str) -> str:
    """The network that an address belongs to: itself, or its household's for IPv6."""
    known = ip_address(address)
    if isinstance(known, IPv6Address):
        return str(ip_network((known, IPV6_NETWORK), strict=False))
    return str(known)
