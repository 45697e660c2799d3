"""The parts of a calendar file as text, cut apart before anything is parsed.

A broken event then costs itself alone, and what nobody needs (alarms, to-dos) is never parsed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from scheduling.calendars.problems import Problem, Unreadable

_DEEPEST: Final = 10
# All that is ever looked at of an event. What it is called and where it is never gets further.
_KEPT: Final = frozenset(
    {
        "UID",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "EXRULE",
        "RDATE",
        "EXDATE",
        "RECURRENCE-ID",
        "STATUS",
        "TRANSP",
        "X-MICROSOFT-CDO-BUSYSTATUS",
    }
)
_NAME_ENDS: Final = re.compile(r"[;:]")


@dataclass(slots=True)
class FileParts:
    """One VCALENDAR. Every part is its lines as they stood, without parts inside events."""

    properties: list[str] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    busy_times: list[str] = field(default_factory=list)


def text_of(raw: bytes) -> str:
    """The file as text. Raises Unreadable for what is plainly something else."""
    text = raw.decode("utf-8-sig", errors="replace").replace("\x00", "").lstrip("\ufeff")
    start = text.lstrip()[:200].lower()
    if not start:
        raise Unreadable(Problem.EMPTY)
    if start.startswith("<"):
        raise Unreadable(Problem.WEB_PAGE)
    if "begin:vcalendar" not in start:
        raise Unreadable(Problem.NOT_A_CALENDAR)
    return text


def split_file(text: str, *, most_components: int) -> list[FileParts]:
    """The calendars of a file. Raises Unreadable when it ends too soon or holds too much."""
    return list(_Walker(most_components).walk(text))


@dataclass(slots=True)
class _Walker:
    """Keeps the stack of open components while going through the lines."""

    most_components: int
    components: int = 0
    takes: bool = False
    stack: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    parts: FileParts = field(default_factory=FileParts)

    def walk(self, text: str) -> Iterator[FileParts]:
        for line in text.splitlines():
            word = line[:6].upper()
            if word == "BEGIN:":
                self._begin(line)
            elif line[:4].upper() == "END:":
                if self._end(line):
                    yield self.parts
            elif self.stack:
                self._inside(line)
        if self.stack:
            raise Unreadable(Problem.CUT_OFF)

    def _begin(self, line: str) -> None:
        self.components += 1
        if self.components > self.most_components or len(self.stack) > _DEEPEST:
            raise Unreadable(Problem.TOO_MANY_EVENTS)
        self.stack.append(line[6:].strip().upper())
        if len(self.stack) == 1:
            self.parts = FileParts()
        elif len(self.stack) == 2:
            self.held = [line]
        elif self.stack[1] == "VTIMEZONE":
            self.held.append(line)

    def _end(self, line: str) -> bool:
        """True at the end of a calendar. An end that was never begun is passed over."""
        name = line[4:].strip().upper()
        if not self.stack or self.stack[-1] != name:
            return False
        depth = len(self.stack)
        if depth == 2 or (depth > 2 and self.stack[1] == "VTIMEZONE"):
            self.held.append(line)
        self.stack.pop()
        if depth == 2:
            self._keep(name, "\r\n".join(self.held))
        return depth == 1 and name == "VCALENDAR"

    def _inside(self, line: str) -> None:
        if len(self.stack) == 1:
            self.parts.properties.append(line)
        elif self.stack[1] == "VTIMEZONE" or (len(self.stack) == 2 and self._is_wanted(line)):
            self.held.append(line)

    def _is_wanted(self, line: str) -> bool:
        """A line that begins with a space goes on with the one before."""
        if not line.startswith((" ", "\t")):
            name = _NAME_ENDS.split(line, maxsplit=1)[0].strip().upper()
            self.takes = self.stack[1] == "VFREEBUSY" or name in _KEPT
        return self.takes

    def _keep(self, name: str, text: str) -> None:
        if name == "VEVENT":
            self.parts.events.append(text)
        elif name == "VTIMEZONE":
            self.parts.zones.append(text)
        elif name == "VFREEBUSY":
            self.parts.busy_times.append(text)
