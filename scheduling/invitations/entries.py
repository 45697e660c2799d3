"""One session as any calendar keeps it: what invitations, feeds and copies have in common.

Pure (RFC 5545): the same entry always gives the same bytes. Times are written in UTC.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from icalendar import Calendar, Event

PRODUCT: Final = "-//CoachOps//CoachOps//EN"

# Everything that could end a line: C0 and C1 controls and the Unicode separators.
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LINE_END: Final = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
# What may stand in a line as it is: short enough not to be folded, and nothing to escape.
_PLAIN: Final = re.compile(r"[ -+\--:<-\[\]-~]{1,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The identity and the revision of a session's invitation, and what is read in a calendar.

    `stamped_at` is when this revision was made, not when it is written out. Times are aware.
    """

    uid: str
    sequence: int
    stamped_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    description: str = ""
    place: str = ""
    url: str = ""
    is_cancelled: bool = False


def new_calendar(method: str = "") -> Calendar:
    """An object without entries; a feed has no METHOD."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    return calendar


def event_of(entry: Entry) -> Event:
    """Title and place lose their line breaks, the description keeps them escaped."""
    event = Event()
    event.add("uid", one_line(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamped_at.astimezone(UTC))
    event.add("last-modified", entry.stamped_at.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", one_line(entry.title))
    if entry.description:
        event.add("description", _LINE_END.sub("\n", entry.description).strip())
    if entry.place:
        event.add("location", one_line(entry.place))
    if entry.url:
        event.add("url", CONTROL.sub("", entry.url))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    return event


def event_text(entry: Entry) -> bytes:
    """The very bytes of `event_of`, for files of tens of thousands of events.

    What has to be folded, escaped or cleaned is left to the library.
    """
    texts = [entry.uid, entry.title, *filter(None, [entry.place])]
    is_plain = all(_PLAIN.fullmatch(text) and one_line(text) == text for text in texts)
    if not is_plain or entry.description or entry.url:
        content: bytes = event_of(entry).to_ical(sorted=False)
        return content
    stamp, start, end = (
        moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        for moment in (entry.stamped_at, entry.starts_at, entry.ends_at)
    )
    lines = [
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{stamp}",
        f"LAST-MODIFIED:{stamp}",
        f"DTSTART:{start}",
        f"DTEND:{end}",
        f"SUMMARY:{entry.title}",
        *([f"LOCATION:{entry.place}"] if entry.place else []),
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        f"TRANSP:{'TRANSPARENT' if entry.is_cancelled else 'OPAQUE'}",
        "END:VEVENT",
        "",
    ]
    return "\r\n".join(lines).encode()


def written(calendar: Calendar) -> bytes:
    """In UTF-8: CRLF, lines of at most 75 octets, properties in the order they were added."""
    content: bytes = calendar.to_ical(sorted=False)
    return content


def one_line(text: str) -> str:
    return " ".join(CONTROL.sub(" ", text).split())
