"""The slot engine against known answers: one test a vector.

Reads `vectors/slots.json` beside this file, or the file of that shape which SLOT_VECTORS names.
Needs neither database nor server.
"""

import json
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from scheduling.slots import (
    Block,
    Booking,
    Inquiry,
    Interval,
    Offering,
    Schedule,
    Travel,
    Window,
    explain,
    is_offered,
    offered_starts,
)

OWN_COPY = Path(__file__).parent / "vectors" / "slots.json"
VECTORS: list[dict[str, Any]] = json.loads(
    Path(os.environ.get("SLOT_VECTORS") or OWN_COPY).read_text(encoding="utf-8")
)


def instant(text: str) -> int:
    """Epoch seconds; a time without an offset is UTC."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def minutes(wall: str) -> int:
    hours, _, rest = wall.partition(":")
    return int(hours) * 60 + int(rest)


def intervals(pairs: Iterable[tuple[str, str]]) -> tuple[Interval, ...]:
    return tuple(Interval(minutes(start), minutes(end)) for start, end in pairs)


def travel(entry: dict[str, str] | list[str]) -> Travel:
    """A journey of first date, last date and zone: a list, or an object whatever its keys."""
    first, last, zone = sorted(entry.values() if isinstance(entry, dict) else entry)
    return Travel(date.fromisoformat(first), date.fromisoformat(last), zone)


def schedule(given: dict[str, Any]) -> Schedule:
    return Schedule(
        zone=given["tz"],
        weekly={int(day): intervals(pairs) for day, pairs in given["rules"].items()},
        overrides={
            date.fromisoformat(day): intervals(pairs)
            for day, pairs in given.get("overrides", {}).items()
        },
        travel=tuple(travel(entry) for entry in given.get("travel", [])),
    )


def offering(given: dict[str, Any]) -> Offering:
    return Offering(
        duration=given["dur"],
        step=given["step"],
        key=given.get("type"),
        before=given.get("before", 0),
        after=given.get("after", 0),
        notice=given.get("notice", 0),
        horizon_days=given.get("horizon_days"),
        max_per_day=given.get("max_per_day"),
        max_per_week=given.get("max_per_week"),
    )


def booking(given: dict[str, Any]) -> Booking:
    return Booking(
        starts_at=instant(given["start"]),
        ends_at=instant(given["end"]),
        key=given.get("id"),
        offering=given.get("type"),
        before=given.get("before", 0),
        after=given.get("after", 0),
        capacity=given.get("capacity", 1),
        taken=given.get("taken", 1),
        expires_at=instant(given["expires"]) if given.get("status") == "held" else None,
    )


def inquiry(given: dict[str, Any]) -> Inquiry:
    return Inquiry(
        schedule=schedule(given),
        offering=offering(given),
        now=instant(given.get("now", given["from"])),
        bookings=tuple(
            booking(each) for each in given.get("bookings", []) if each.get("status") != "cancelled"
        ),
        blocks=tuple(Block(instant(start), instant(end)) for start, end in given.get("busy", [])),
        moving=given.get("rescheduling"),
    )


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_vector(vector: dict[str, Any]) -> None:
    given = vector["input"]
    question = inquiry(given)
    window = Window(instant(given["from"]), instant(given["to"]))
    expected = [instant(text) for text in vector["expected"]]

    assert offered_starts(question, window) == expected

    assert [instant(text) for text in vector.get("expected_local", vector["expected"])] == expected
    probes = sorted({*range(window.start, window.end, 900), *expected})
    assert [start for start in probes if is_offered(question, start)] == expected
    assert [start for start in probes if not explain(question, start)] == expected
