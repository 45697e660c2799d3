"""What a server answers that was asked for free and busy times alone (RFC 5545, 3.6.4)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from scheduling.calendars.intervals import Span

_LINE: Final = re.compile(r"^FREEBUSY([^:\r\n]*):(.*?)\r?$", re.IGNORECASE | re.MULTILINE)
_TYPE: Final = re.compile(r"FBTYPE=\"?([A-Za-z-]+)", re.IGNORECASE)
_FOLD: Final = re.compile(r"\r?\n[ \t]")
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_DURATION: Final = re.compile(
    r"P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?"
)


def periods(text: str, *, counts_tentative: bool) -> Iterator[Span | None]:
    """The busy periods of one VFREEBUSY; None for each that cannot be understood."""
    for match in _LINE.finditer(_FOLD.sub("", text)):
        named = _TYPE.search(match[1])
        kind = named[1].upper() if named else "BUSY"
        if kind == "FREE" or (kind == "BUSY-TENTATIVE" and not counts_tentative):
            continue
        for period in match[2].split(","):
            yield _span(period.strip())


def _span(text: str) -> Span | None:
    """`start/end` or `start/duration`, always in UTC (RFC 5545, 3.8.2.6)."""
    first, _slash, second = text.partition("/")
    try:
        start = datetime.strptime(first, _STAMP).replace(tzinfo=UTC)
        if second.startswith("P"):
            end = start + _duration(second)
        else:
            end = datetime.strptime(second, _STAMP).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return (int(start.timestamp()), int(end.timestamp()))


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(text)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
