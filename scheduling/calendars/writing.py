"""Calendar files that we give out to be read again and again (RFC 5545, 7986).

Pure: the same entries always give the same bytes, so that "nothing new" can be said truthfully.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event, vDuration

PRODUCT: Final = "-//CoachOps//CoachOps//EN"
READ_AGAIN: Final = timedelta(minutes=15)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One session as a calendar keeps it: the identity and revision of its invitation."""

    uid: str
    sequence: int
    stamped_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    is_cancelled: bool = False


def write_feed(name: str, entries: Sequence[Entry]) -> bytes:
    """A calendar without METHOD, which programmes poll. Times are in UTC."""
    calendar = _calendar()
    calendar.add("x-wr-calname", _one_line(name))
    calendar.add("name", _one_line(name))
    calendar.add("refresh-interval", vDuration(READ_AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(READ_AGAIN))
    for entry in entries:
        calendar.add_component(_event(entry))
    content: bytes = calendar.to_ical(sorted=False)
    return content


def write_copy(entry: Entry) -> bytes:
    """One session for somebody's own calendar: without people, so that no server invites them."""
    calendar = _calendar()
    calendar.add_component(_event(entry))
    content: bytes = calendar.to_ical(sorted=False)
    return content


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", _one_line(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamped_at.astimezone(UTC))
    event.add("last-modified", entry.stamped_at.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", _one_line(entry.title))
    if entry.place:
        event.add("location", _one_line(entry.place))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    return event


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())
