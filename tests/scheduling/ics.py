"""Calendar files as other programmes write them, in as few words as a test needs."""

from datetime import UTC, datetime

from scheduling.calendars.question import Question, Reading
from scheduling.calendars.reading import read

WINDOW = (datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


def ics(*events: str, top: str = "") -> bytes:
    """A calendar with these events, each given as its lines without BEGIN and END."""
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{top}{body}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def event(start: str, end: str = "", *more: str, uid: str = "a") -> str:
    lines = [f"UID:{uid}", f"DTSTART{start if start[0] in ';:' else ':' + start}"]
    if end:
        lines.append(f"DTEND{end if end[0] in ';:' else ':' + end}")
    return "\n".join([*lines, *more])


def zone(name: str, offset: str) -> str:
    return (
        f"BEGIN:VTIMEZONE\nTZID:{name}\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
        f"TZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE\n"
    )


def question(**changes: object) -> Question:
    start, end = (int(moment.timestamp()) for moment in WINDOW)
    return Question(**({"start": start, "end": end, "zone": "Europe/Berlin"} | changes))


def reading(raw: bytes, **changes: object) -> Reading:
    return read(raw, question(**changes))


def busy(raw: bytes, **changes: object) -> list[str]:
    """The busy times in UTC, as `06-01 08:00–09:00`."""
    return [_words(*span) for span in reading(raw, **changes).busy]


def _words(start: int, end: int) -> str:
    first, last = (datetime.fromtimestamp(each, UTC) for each in (start, end))
    shown = f"{last:%H:%M}" if last.date() == first.date() else f"{last:%m-%d %H:%M}"
    return f"{first:%m-%d %H:%M}–{shown}"
