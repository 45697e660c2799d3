"""Public holidays by country and region, as the `holidays` library knows them.

Names are in the country's own language, as they stand in its calendars.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

import holidays
from holidays.registry import COUNTRIES

LONGEST_CODE: Final = 10
"""As many characters as a schedule keeps of a region."""
LONGEST_ABBREVIATION: Final = 3
# The library has codes and module names only; these do not read well as they are.
_NAMES: Final = {"dr_congo": "DR Congo", "hongkong": "Hong Kong", "aland_islands": "Åland Islands"}
_SMALL_WORDS: Final = {"and", "of", "the", "da"}


@lru_cache(maxsize=512)
def public_holidays(country: str, region: str, year: int) -> Mapping[date, str]:
    """Date and name of every public holiday of a year. Empty for a place that is not known.

    Kept for the life of the process: a year of one place never changes while it runs.
    """
    if not knows(country, region):
        return MappingProxyType({})
    found = holidays.country_holidays(country, subdiv=region or None, years=year)
    return MappingProxyType({day: found[day] for day in sorted(found) if day.year == year})


def holidays_between(country: str, region: str, first: date, last: date) -> dict[date, str]:
    """The holidays from the first to the last date, both included, in order."""
    return {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in public_holidays(country, region, year).items()
        if first <= day <= last
    }


@cache
def _codes() -> frozenset[str]:
    return frozenset(codes[1] for codes in COUNTRIES.values())


@cache
def _parts(country: str) -> tuple[str, ...]:
    """Only the country that is asked for is loaded: all of them take a second."""
    return tuple(holidays.country_holidays(country).subdivisions)


def knows(country: str, region: str = "") -> bool:
    """Whether holidays of this country, and this part of it, can be told."""
    return country in _codes() and (not region or region in _parts(country))


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Every country as (code, name), by name."""
    named = [(codes[1], _in_words(module)) for module, codes in COUNTRIES.items()]
    return tuple(sorted(named, key=lambda place: place[1]))


def country_name(code: str) -> str:
    """`Germany` for DE; the code itself for a country that is not known."""
    return dict(countries()).get(code, code)


def _in_words(module: str) -> str:
    """`Trinidad and Tobago` for trinidad_and_tobago."""
    if module in _NAMES:
        return _NAMES[module]
    words = module.split("_")
    return " ".join(word if word in _SMALL_WORDS else word.capitalize() for word in words)


@cache
def regions(country: str) -> tuple[tuple[str, str], ...]:
    """The parts of a country with holidays of their own, as (code, name), by name."""
    if not knows(country):
        return ()
    names: dict[str, list[str]] = {}
    for name, code in holidays.country_holidays(country).subdivisions_aliases.items():
        names.setdefault(code, []).append(name)
    found = [
        (code, max(names.get(code, [code]), key=lambda name: len(name) > LONGEST_ABBREVIATION))
        for code in _parts(country)
        if len(code) <= LONGEST_CODE
    ]
    return tuple(sorted(found, key=lambda place: place[1]))


def region_name(country: str, region: str) -> str:
    """`Berlin` for DE and BE; the code itself for a part that is not known."""
    return dict(regions(country)).get(region, region)
