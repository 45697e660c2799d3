"""Calendar invitations: one session, one reader, one revision (RFC 5545, 5546 and 6047).

Pure: the same `Invitation` always gives the same bytes. Who gets which revision is decided by
the caller, who keeps the UID for the life of a session and raises the sequence whenever a
revision is sent. In a group session every client gets an object of their own, so that nobody
learns from an attendee list who else takes part.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Event, vCalAddress

from scheduling.invitations.entries import (
    CONTROL,
    Entry,
    event_of,
    new_calendar,
    one_line,
    written,
)

type Method = Literal["REQUEST", "CANCEL"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What one reader is told about one session.

    `stamped_at` is when this revision was made, not when it is written out. Times are aware, of
    any zone; ValueError otherwise. The organizer address is one of ours, its name the coach's.
    The second are those of whoever leads it too.
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
    second_name: str = ""
    second_email: str = ""
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
    calendar = new_calendar(invitation.method)
    calendar.add_component(_event(invitation))
    return written(calendar)


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
    event = event_of(
        Entry(
            uid=invitation.uid,
            sequence=invitation.sequence,
            stamped_at=invitation.stamped_at,
            starts_at=invitation.starts_at,
            ends_at=invitation.ends_at,
            title=invitation.summary,
            description=invitation.description,
            place=invitation.location,
            url=invitation.url,
            is_cancelled=invitation.cancelled,
        )
    )
    event.add("organizer", _person(invitation.organizer_name, invitation.organizer_email))
    for attendee in _attendees(invitation):
        event.add("attendee", attendee)
    return event


def _attendees(invitation: Invitation) -> list[vCalAddress]:
    """Each coach, who has accepted, and the reader, who may answer; once if they are the same.

    The second coach may answer as well, in the copy that is theirs.
    """
    coaches = [(invitation.coach_name, invitation.coach_email)]
    if invitation.second_email:
        coaches.append((invitation.second_name, invitation.second_email))
    attendees = [_person(*coach) for coach in coaches]
    for attendee in attendees:
        attendee.params.update(_answer("ACCEPTED", rsvp="FALSE"))
    own = invitation.attendee_email.casefold()
    if own and own == invitation.second_email.casefold():
        attendees[-1].params.update(_answer("NEEDS-ACTION", rsvp="TRUE"))
        return attendees
    if own in {email.casefold() for _name, email in coaches}:
        return attendees
    reader = _person(invitation.attendee_name, invitation.attendee_email)
    reader.params.update(_answer("NEEDS-ACTION", rsvp="TRUE"))
    return [*attendees, reader]


def _answer(status: str, *, rsvp: str) -> dict[str, str]:
    return {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": status, "RSVP": rsvp}


def _person(name: str, email: str) -> vCalAddress:
    """An address with a name; double quotes go, because few calendars read RFC 6868."""
    address = vCalAddress(f"mailto:{CONTROL.sub('', email).strip()}")
    known_as = one_line(name.replace('"', " "))
    if known_as:
        address.params["CN"] = known_as
    return address
