"""What somebody's calendar answered, read from a mail that anybody could have written.

Everything is bounded: the size of the mail, its parts, the calendar object and its lines. Only a
handful of properties is looked at (RFC 5546, 3.2.3), nothing is expanded, no date is computed.
"""

import email
import re
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses
from enum import StrEnum
from typing import Final

BIGGEST_MESSAGE: Final = 512 * 1024
_BIGGEST_OBJECT: Final = 64 * 1024
_MOST_PARTS: Final = 30
_MOST_LINES: Final = 1000
_MOST_ADDRESSES: Final = 20
_CALENDAR_TYPES: Final = ("text/calendar", "application/ics")
_TO: Final = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
_FOLD: Final = re.compile(r"\r?\n[ \t]")


class Answer(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


class NotAReply(Exception):
    """Why a mail is not an answer to an invitation, in a word for the log."""


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """One attendee's answer. Addresses are in lower case; `sent_to` are where it may belong."""

    method: str
    sender: str
    attendee: str
    answer: Answer | None
    uid: str
    sequence: int
    sent_to: tuple[str, ...]


def read_reply(source: bytes | Message) -> CalendarReply:
    """The answer in a mail as it came. Raises NotAReply for everything else.

    Methods other than REPLY that an attendee may send (COUNTER, REFRESH) are read as well, without
    an answer: nothing happens on them, but they are told apart from rubbish.
    """
    try:
        return _reply(_parsed(source))
    except NotAReply:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it does to a parser, no answer
        raise NotAReply(f"broken: {type(error).__name__}") from None


def _reply(message: Message) -> CalendarReply:
    lines = _lines(_calendar_text(message))
    method = _first(lines, "METHOD").upper()
    if method not in {"REPLY", "COUNTER", "REFRESH"}:
        raise NotAReply("another method")
    attendees = [line for line in lines if line.name == "ATTENDEE"]
    if len(attendees) != 1:
        raise NotAReply("not exactly one attendee")
    attendee = attendees[0]
    organizer = [_address(line.value) for line in lines if line.name == "ORGANIZER"]
    return CalendarReply(
        method=method,
        sender=_sender(message),
        attendee=_address(attendee.value),
        answer=_answer(attendee.parameters) if method == "REPLY" else None,
        uid=_first(lines, "UID"),
        sequence=_sequence(lines),
        sent_to=(*_recipients(message), *organizer),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    parameters: dict[str, str]
    value: str


def _parsed(source: bytes | Message) -> Message:
    if isinstance(source, Message):
        return source
    if len(source) > BIGGEST_MESSAGE:
        raise NotAReply("too big")
    return email.message_from_bytes(source, policy=compat32)


def _calendar_text(message: Message) -> str:
    """The first calendar part; the attachment of the same name only if there is no other."""
    found: dict[str, Message] = {}
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            break
        if part.get_content_type() in _CALENDAR_TYPES and not part.is_multipart():
            found.setdefault(part.get_content_type(), part)
    parts = [found[name] for name in _CALENDAR_TYPES if name in found]
    if not parts:
        raise NotAReply("no calendar in it")
    payload = parts[0].get_payload(decode=True)
    if not isinstance(payload, bytes) or len(payload) > _BIGGEST_OBJECT:
        raise NotAReply("too big")
    return payload.decode("utf-8", errors="replace")


def _lines(text: str) -> list[_Line]:
    """The properties of the calendar and of its one event; those of other components are left."""
    unfolded = _FOLD.sub("", text).split("\n", _MOST_LINES + 1)
    if len(unfolded) > _MOST_LINES:
        raise NotAReply("too many lines")
    inside: list[str] = []
    found, events = [], 0
    for raw in unfolded:
        line = _content_line(raw.strip("\r\x00 "))
        if line is None:
            continue
        if line.name == "BEGIN":
            inside.append(line.value.upper())
            events += line.value.upper() == "VEVENT"
        elif line.name == "END":
            inside = inside[:-1]
        elif inside in (["VCALENDAR"], ["VCALENDAR", "VEVENT"]):
            found.append(line)
    if events != 1:
        raise NotAReply("not exactly one event")
    return found


def _content_line(raw: str) -> _Line | None:
    """`NAME;PARAMETER="value":value`; colons and semicolons in quotes belong to the value."""
    pieces, start, quoted, value_at = [], 0, False, -1
    for at, character in enumerate(raw):
        if character == '"':
            quoted = not quoted
        elif not quoted and character in ";:":
            pieces.append(raw[start:at])
            start = at + 1
            if character == ":":
                value_at = start
                break
    if value_at < 0:
        return None
    name, *parameters = pieces
    pairs = (each.partition("=") for each in parameters)
    return _Line(
        name=name.upper(),
        parameters={key.upper(): value.strip('"') for key, _is, value in pairs},
        value=raw[value_at:].strip(),
    )


def _first(lines: list[_Line], name: str) -> str:
    for line in lines:
        if line.name == name and line.value:
            return line.value
    raise NotAReply(f"no {name}")


def _sequence(lines: list[_Line]) -> int:
    """0 where there is none (RFC 5546, 3.2.3)."""
    values = [line.value for line in lines if line.name == "SEQUENCE"]
    if not values:
        return 0
    if len(values[0]) > 9 or not (values[0].isascii() and values[0].isdecimal()):
        raise NotAReply("a strange sequence")
    return int(values[0])


def _answer(parameters: dict[str, str]) -> Answer:
    try:
        return Answer(parameters.get("PARTSTAT", "").lower())
    except ValueError:
        raise NotAReply("no answer") from None


def _address(value: str) -> str:
    scheme, _colon, rest = value.partition(":")
    return (rest if scheme.lower() == "mailto" else value).strip().lower()


def _sender(message: Message) -> str:
    """Whom the mail says it is from; with several, nobody."""
    senders = {address.lower() for _name, address in _addresses(message, "From") if address}
    if len(senders) != 1:
        raise NotAReply("not exactly one sender")
    return senders.pop()


def _recipients(message: Message) -> list[str]:
    found = [address for name in _TO for _who, address in _addresses(message, name)]
    return [address.lower() for address in found[:_MOST_ADDRESSES] if address]


def _addresses(message: Message, name: str) -> list[tuple[str, str]]:
    headers = [str(value)[:2000] for value in message.get_all(name, [])[:_MOST_ADDRESSES]]
    return getaddresses(headers)
