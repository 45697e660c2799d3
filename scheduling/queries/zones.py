"""Time zones in words. Names are IANA's; what a person reads is the city, never an offset alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from coachops.web.clocks import TWENTY_FOUR, city, clock_words

REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@dataclass(frozen=True, slots=True)
class ZoneOption:
    name: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class ZoneChoices:
    """The likely zones with their clock, then all others by region."""

    likely: tuple[ZoneOption, ...]
    regions: tuple[tuple[str, tuple[ZoneOption, ...]], ...]


@cache
def is_zone(name: str) -> bool:
    """Whether this is an IANA name; offsets and abbreviations are not."""
    return name == "UTC" or (name.partition("/")[0] in REGIONS and name in available_timezones())


@cache
def _regions() -> tuple[tuple[str, tuple[ZoneOption, ...]], ...]:
    names = sorted(available_timezones())
    return tuple(
        (
            region,
            tuple(
                ZoneOption(name, name.partition("/")[2].replace("_", " ").replace("/", ", "))
                for name in names
                if name.startswith(f"{region}/")
            ),
        )
        for region in REGIONS
    )


def all_zones() -> list[tuple[str, str]]:
    """Every zone as (name, label), for a plain select."""
    zones = [
        (each.name, f"{each.label} ({region})") for region, rest in _regions() for each in rest
    ]
    return [*sorted(zones, key=lambda zone: zone[1]), ("UTC", "UTC")]


def zone_choices(
    *, chosen: str, likely: Iterable[str], now: datetime, clock: str = TWENTY_FOUR
) -> ZoneChoices:
    """What a person chooses from, on their clock; the chosen zone is among the likely ones."""
    names = dict.fromkeys([chosen, *likely])
    return ZoneChoices(
        likely=tuple(
            ZoneOption(
                name,
                f"{city(name)}, {clock_words(now.astimezone(ZoneInfo(name)), clock)}",
                is_chosen=name == chosen,
            )
            for name in names
        ),
        regions=_regions(),
    )
