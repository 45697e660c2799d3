"""Calendar files that we give out to be read again and again (RFC 5545, 7986).

Pure: the same entries always give the same bytes, so that "nothing new" can be said truthfully.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from icalendar import vDuration

from scheduling.invitations.entries import Entry, event_of, new_calendar, one_line, written

__all__ = ["READ_AGAIN", "Entry", "write_copy", "write_feed"]

READ_AGAIN: Final = timedelta(minutes=15)


def write_feed(name: str, entries: Sequence[Entry]) -> bytes:
    """A calendar without METHOD, which programmes poll. Times are in UTC."""
    calendar = new_calendar()
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("name", one_line(name))
    calendar.add("refresh-interval", vDuration(READ_AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(READ_AGAIN))
    for entry in entries:
        calendar.add_component(event_of(entry))
    return written(calendar)


def write_copy(entry: Entry) -> bytes:
    """One session for somebody's own calendar: without people, so that no server invites them."""
    calendar = new_calendar()
    calendar.add_component(event_of(entry))
    return written(calendar)
