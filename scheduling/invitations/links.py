"""Links that put a session into a calendar on the web, for whoever keeps theirs there.

Pure. They carry what the invitation carries and no more: the neutral title, the times in UTC, and
the place. What is added by such a link does not move along by itself, as an invitation does.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

_GOOGLE: Final = "https://calendar.google.com/calendar/render"
_OUTLOOK: Final = "https://outlook.live.com/calendar/0/action/compose"
_OFFICE: Final = "https://outlook.office.com/calendar/0/action/compose"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarLinks:
    """Where each of them asks whether to add it."""

    google: str
    outlook: str
    office: str


def links_for(*, title: str, starts_at: datetime, ends_at: datetime, place: str) -> CalendarLinks:
    """Times are aware, of any zone."""
    start, end = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    google = {
        "action": "TEMPLATE",
        "text": title,
        "dates": f"{start:%Y%m%dT%H%M%SZ}/{end:%Y%m%dT%H%M%SZ}",
        "location": place,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "location": place,
    }
    return CalendarLinks(
        google=f"{_GOOGLE}?{_query(google)}",
        outlook=f"{_OUTLOOK}?{_query(outlook)}",
        office=f"{_OFFICE}?{_query(outlook)}",
    )


def _query(values: dict[str, str]) -> str:
    return urlencode({name: value for name, value in values.items() if value})
