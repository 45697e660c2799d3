"""Repetition rules that may be followed, and a short way to where they matter."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from dateutil.rrule import rrulestr
from icalendar import vDDDTypes

type Event = Any
"""The library's; its properties are of thirty types."""

ALLOWED: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
MOST_A_DAY: Final = 24
_DAYS_OF: Final = {"DAILY": 1, "WEEKLY": 7}
_ZONE_RULE: Final = re.compile(r"^RRULE[^:]*:.*?FREQ=([A-Z]+)", re.IGNORECASE | re.MULTILINE)


class TooOften(Exception):
    """The series repeats more often than anybody meets."""


def rules_of(event: Event) -> list[Any]:
    """The RRULEs of an event; usually one."""
    found = event.get("RRULE", [])
    return found if isinstance(found, list) else [found]


def check(rule: Any) -> None:
    """Raises TooOften for HOURLY and finer, and for DAILY rules that come to the same."""
    frequency = str(_one(rule, "FREQ", "")).upper()
    if frequency not in ALLOWED:
        raise TooOften(frequency)
    times = 1
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        times *= max(len(_many(rule, name)), 1)
    if times > MOST_A_DAY:
        raise TooOften(frequency)


def is_sane_zone(text: str) -> bool:
    """Whether a VTIMEZONE changes its clocks by yearly rules."""
    return all(name.upper() == "YEARLY" for name in _ZONE_RULE.findall(text))


def fast_forward(event: Event, window_start: datetime) -> None:
    """Let an old daily or weekly series begin shortly before the window, on its own rhythm.

    Only where the rule is periodic in days: one rule, no COUNT. What is left out lies before the
    window, whatever the rule's other parts say.
    """
    rules = rules_of(event)
    start = event["DTSTART"].dt
    if len(rules) != 1 or _many(rules[0], "COUNT"):
        return
    period = _DAYS_OF.get(str(_one(rules[0], "FREQ", "")).upper(), 0)
    interval = int(_one(rules[0], "INTERVAL", 1) or 1)
    if not period or interval < 1:
        return
    day = start.date() if isinstance(start, datetime) else start
    length = _length(event, start)
    target = window_start.date() - length - timedelta(days=9)
    steps = (target - day).days // (period * interval)
    if steps <= 0:
        return
    shift = timedelta(days=steps * period * interval)
    _replace(event, "DTSTART", start + shift)
    if "DTEND" in event:
        _replace(event, "DTEND", event["DTEND"].dt + shift)


def is_simple(event: Event) -> bool:
    """One rule, in whole wall-clock terms: no dates added or taken out, no end in another zone."""
    if any(name in event for name in ("RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID")):
        return False
    found = rules_of(event)
    return len(found) == 1 and not _many(found[0], "UNTIL")


def starts(event: Event, window_start: datetime, window_end: datetime) -> list[date]:
    """When a simple series begins, from somewhat before the window to somewhat after it."""
    start = event["DTSTART"].dt
    wall = start if isinstance(start, datetime) else datetime.combine(start, time())
    rule = rrulestr(
        rules_of(event)[0].to_ical().decode(), dtstart=wall.replace(tzinfo=None), cache=False
    )
    margin = _length(event, start) + timedelta(days=2)
    first, last = (each.replace(tzinfo=None) for each in (window_start - margin, window_end))
    walls = rule.between(first, last + timedelta(days=2), inc=True)
    if walls[:1] != [wall.replace(tzinfo=None)]:
        walls.insert(0, wall.replace(tzinfo=None))
    if not isinstance(start, datetime):
        return [each.date() for each in walls]
    return [each.replace(tzinfo=start.tzinfo) for each in walls]


def _length(event: Event, start: date) -> timedelta:
    """How far back an occurrence may begin and still matter; never less than nothing."""
    if "DURATION" in event:
        return max(event["DURATION"].dt, timedelta())  # type: ignore[no-any-return]
    if "DTEND" not in event:
        return timedelta(days=1)
    end = event["DTEND"].dt
    first = start.date() if isinstance(start, datetime) else start
    last = end.date() if isinstance(end, datetime) else end
    return max(last - first, timedelta()) + timedelta(days=1)


def _replace(event: Event, name: str, moment: date) -> None:
    parameters = event[name].params
    event[name] = vDDDTypes(moment)
    event[name].params = parameters


def _many(rule: Any, name: str) -> list[Any]:
    found = rule.get(name, [])
    return found if isinstance(found, list) else [found]


def _one(rule: Any, name: str, default: Any) -> Any:
    found = _many(rule, name)
    return found[0] if found else default
