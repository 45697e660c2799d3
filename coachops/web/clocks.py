"""The reader's clock in words: the city of a zone, and 12 or 24 hours as they chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.formats import date_format

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

TWELVE: Final = "12"
TWENTY_FOUR: Final = "24"
CLOCK_COOKIE: Final = "clock"
_TWELVE_HOUR_REGIONS: Final = frozenset(
    {"AU", "BD", "CA", "CO", "EG", "IN", "JO", "MX", "MY", "NZ", "PH", "PK", "SA", "US"}
)
"""Where people say half past two in the afternoon with a 2 (CLDR, `hourFormats` of regions)."""


def city(zone_name: str) -> str:
    """`New York` for America/New_York."""
    return str(zone_name).rpartition("/")[2].replace("_", " ")


def clock_words(local: datetime, clock: str) -> str:
    """`14:30`, or `2:30 pm`; the 24 hours unless 12 are asked for."""
    if clock != TWELVE:
        return f"{local:%H:%M}"
    return f"{date_format(local, 'g:i')} {date_format(local, 'A').lower()}"


def usual_clock(languages: str) -> str:
    """The clock of the place that a browser's Accept-Language names first."""
    first = languages.partition(",")[0].partition(";")[0].strip()
    region = first.rpartition("-")[2].upper() if "-" in first else ""
    return TWELVE if region in _TWELVE_HOUR_REGIONS else TWENTY_FOUR


def picked_clock(request: HttpRequest) -> str:
    """What somebody has just picked, by the address; empty if nothing."""
    picked = request.GET.get("clock", "")
    return picked if picked in {TWELVE, TWENTY_FOUR} else ""


def reader_clock(request: HttpRequest, *, usual: str = "") -> str:
    """Picked just now, or once before in this browser, or else the usual one of their place."""
    kept = request.COOKIES.get(CLOCK_COOKIE, "")
    kept = kept if kept in {TWELVE, TWENTY_FOUR} else ""
    languages = request.headers.get("Accept-Language", "")
    return picked_clock(request) or kept or usual or usual_clock(languages)
