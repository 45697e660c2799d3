"""Calendar invitations: one session, one reader, one revision (RFC 5545, 5546 and 6047).

Pure: the same `Invitation` always gives the same bytes. Who gets which revision is decided by
the caller, who keeps the UID for the life of a session and raises the sequence whenever a
revision is sent. In a group session every client gets an object of their own, so that nobody
learns from an attendee list who else takes part.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

PRODUCT: Final = "-//CoachOps//CoachOps//EN"

# Everything that could end a line: C0 and C1 controls and the Unicode separators.
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LINE_END: Final = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")

type Method = Literal["REQUEST", "CANCEL"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What one reader is told about one session.

    `stamped_at` is when this revision was made, not when it is written out. Times are aware, of
    any zone; ValueError otherwise. The organizer address is one of ours, its name the coach's.
    """

    uid: str
    sequence: int
    stamped_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    organizer_name: str
    organizer_email: str
    coach_name: str
    coach_email: str
    attendee_name: str
    attendee_email: str
    location: str = ""
    url: str = ""
    cancelled: bool = False

    def __post_init__(self) -> None:
        times = (self.stamped_at, self.starts_at, self.ends_at)
        if any(moment.utcoffset() is None for moment in times):
            raise ValueError("an invitation needs times with a zone")
        if self.starts_at >= self.ends_at:
            raise ValueError("a session ends after it starts")

    @property
    def method(self) -> Method:
        """The METHOD of the object, which the MIME part has to repeat."""
        return "CANCEL" if self.cancelled else "REQUEST"


def write_invitation(invitation: Invitation) -> bytes:
    """The iCalendar object in UTF-8: UTC times, CRLF, lines of at most 75 octets.

    Names, summary and place lose their line breaks, the description keeps them escaped.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", invitation.method)
    calendar.add_component(_event(invitation))
    content: bytes = calendar.to_ical(sorted=False)
    return content


def times_in_words(
    starts_at: datetime,
    ends_at: datetime,
    *,
    zones: Sequence[str],
    write_day: Callable[[date], str],
) -> str:
    """One line a zone for the description, such as `8 June 2027, 10:00-11:00 Berlin (UTC+2)`.

    Zones are IANA names, written once if they are the same; `write_day` puts a date into the
    reader's language.
    """
    return "\n".join(
        _time_in_zone(starts_at, ends_at, zone, write_day) for zone in dict.fromkeys(zones)
    )


def _time_in_zone(
    starts_at: datetime, ends_at: datetime, zone: str, write_day: Callable[[date], str]
) -> str:
    start, end = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    until = f"{end:%H:%M}"
    if end.date() != start.date():
        until = f"{write_day(end.date())}, {until}"
    place = zone.rpartition("/")[2].replace("_", " ")
    times = f"{start:%H:%M}\N{EN DASH}{until}"
    return f"{write_day(start.date())}, {times} {place} ({_offset_in_words(start)})"


def _offset_in_words(moment: datetime) -> str:
    minutes = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def _event(invitation: Invitation) -> Event:
    event = Event()
    event.add("uid", _one_line(invitation.uid))
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.stamped_at.astimezone(UTC))
    event.add("last-modified", invitation.stamped_at.astimezone(UTC))
    event.add("dtstart", invitation.starts_at.astimezone(UTC))
    event.add("dtend", invitation.ends_at.astimezone(UTC))
    event.add("summary", _one_line(invitation.summary))
    event.add("description", _LINE_END.sub("\n", invitation.description).strip())
    if invitation.location:
        event.add("location", _one_line(invitation.location))
    if invitation.url:
        event.add("url", _CONTROL.sub("", invitation.url))
    event.add("status", "CANCELLED" if invitation.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if invitation.cancelled else "OPAQUE")
    event.add("organizer", _person(invitation.organizer_name, invitation.organizer_email))
    for attendee in _attendees(invitation):
        event.add("attendee", attendee)
    return event


def _attendees(invitation: Invitation) -> list[vCalAddress]:
    """The coach, who has accepted, and the reader, who may answer; once if they are the same."""
    coach = _person(invitation.coach_name, invitation.coach_email)
    coach.params.update(_answer("ACCEPTED", rsvp="FALSE"))
    if invitation.attendee_email.casefold() == invitation.coach_email.casefold():
        return [coach]
    reader = _person(invitation.attendee_name, invitation.attendee_email)
    reader.params.update(_answer("NEEDS-ACTION", rsvp="TRUE"))
    return [coach, reader]


def _answer(status: str, *, rsvp: str) -> dict[str, str]:
    return {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": status, "RSVP": rsvp}


def _person(name: str, email: str) -> vCalAddress:
    """An address with a name; double quotes go, because few calendars read RFC 6868."""
    address = vCalAddress(f"mailto:{_CONTROL.sub('', email).strip()}")
    known_as = _one_line(name.replace('"', " "))
    if known_as:
        address.params["CN"] = known_as
    return address


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())
