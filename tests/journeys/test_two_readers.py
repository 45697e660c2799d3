"""Our calendar files, read by two parsers that know nothing of each other, mean the same instants.

Python's icalendar, and ical.js in Chromium: forty zones, with the nights on which clocks change.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page

from scheduling.calendars.writing import Entry, write_copy, write_feed
from scheduling.invitations import Invitation, write_invitation

ICAL_JS = Path(__file__).parent / "vendor" / "ical-2.2.1.es5.min.js"
ZONES = """
Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Lagos America/Anchorage America/Bogota
America/Chicago America/Denver America/Halifax America/Havana America/Los_Angeles
America/Mexico_City America/New_York America/Nuuk America/Santiago America/Sao_Paulo
America/St_Johns Antarctica/Troll Asia/Beirut Asia/Dubai Asia/Gaza Asia/Hong_Kong Asia/Jerusalem
Asia/Kabul Asia/Kathmandu Asia/Kolkata Asia/Tehran Asia/Tokyo Asia/Yangon Atlantic/Azores
Australia/Adelaide Australia/Eucla Australia/Lord_Howe Australia/Sydney Europe/Berlin
Europe/Dublin Europe/London Pacific/Apia Pacific/Auckland Pacific/Chatham
""".split()  # noqa: SIM905 -- forty names read better so
READ = """text => ICAL.parse(text)[2].filter(part => part[0] === "vevent")
  .map(part => new ICAL.Event(new ICAL.Component(part)))
  .map(event => [event.uid, event.sequence, event.startDate.toJSDate().getTime() / 1000,
    event.endDate.toJSDate().getTime() / 1000])"""
START, STAMP = datetime(2027, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.add_script_tag(path=ICAL_JS)
    yield page
    page.close()


@cache
def starts_in(zone: ZoneInfo) -> list[datetime]:
    """Wall times of the zone: an ordinary one, and around every change of its clocks in 2027."""
    days = [START + timedelta(days=number) for number in range(366)]
    changes = [
        hour
        for earlier, later in pairwise(days)
        if earlier.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset()
        for hour in [earlier + timedelta(hours=number) for number in range(24)]
        if hour.astimezone(zone).utcoffset()
        != (hour + timedelta(hours=1)).astimezone(zone).utcoffset()
    ]
    around = [change + timedelta(minutes=30 * half) for change in changes for half in (-1, 0, 1, 2)]
    return [each.astimezone(zone) for each in [START + timedelta(hours=10, minutes=15), *around]]


def entries(zone: str) -> list[Entry]:
    return [
        Entry(
            uid=f"{zone}-{number}@coach.example",
            sequence=number,
            stamped_at=STAMP,
            starts_at=start,
            ends_at=start.astimezone(UTC) + timedelta(minutes=50),
            title="Meeting; with a comma, and “quotes” – Zürich 🌿" * 2,
        )
        for number, start in enumerate(starts_in(ZoneInfo(zone)))
    ]


def expected(all_entries: list[Entry]) -> list[list[Any]]:
    return [
        [each.uid, each.sequence, int(each.starts_at.timestamp()), int(each.ends_at.timestamp())]
        for each in all_entries
    ]


def by_python(content: bytes) -> list[list[Any]]:
    return [
        [
            str(event["UID"]),
            int(event["SEQUENCE"]),
            int(event["DTSTART"].dt.timestamp()),
            int(event["DTEND"].dt.timestamp()),
        ]
        for event in Calendar.from_ical(content).walk("VEVENT")
    ]


def by_javascript(page: Page, content: bytes) -> list[list[Any]]:
    return page.evaluate(READ, content.decode())


def invitation(entry: Entry, *, cancelled: bool) -> bytes:
    return write_invitation(
        Invitation(
            uid=entry.uid,
            sequence=entry.sequence,
            stamped_at=entry.stamped_at,
            starts_at=entry.starts_at,
            ends_at=entry.ends_at,
            summary=entry.title,
            description="10:15–11:05\nand in the other zone",
            organizer_name='Maya "May" Ortiz, PCC',
            organizer_email="bookings+1@coach.example",
            coach_name="Maya Ortiz",
            coach_email="maya@coach.example",
            attendee_name="Leyla Demir",
            attendee_email="leyla@client.example",
            cancelled=cancelled,
        )
    )


def test_there_are_forty_zones_and_their_clocks_change() -> None:
    assert len(set(ZONES)) == 40
    assert sum(len(entries(zone)) > 1 for zone in ZONES) >= 20


def test_feeds_mean_the_same_to_both(page: Page) -> None:
    for zone in ZONES:
        wanted = entries(zone)
        content = write_feed(f"Sessions, {zone}", wanted)
        assert by_python(content) == expected(wanted), zone
        assert by_javascript(page, content) == expected(wanted), zone


@pytest.mark.parametrize("cancelled", [False, True])
def test_invitations_mean_the_same_to_both(page: Page, *, cancelled: bool) -> None:
    for zone in ZONES:
        for entry in entries(zone)[:3]:
            content = invitation(entry, cancelled=cancelled)
            assert by_python(content) == expected([entry]), zone
            assert by_javascript(page, content) == expected([entry]), zone


def test_copies_in_a_coachs_own_calendar_mean_the_same_to_both(page: Page) -> None:
    for zone in ZONES:
        entry = entries(zone)[-1]
        content = write_copy(entry)
        assert by_python(content) == by_javascript(page, content) == expected([entry]), zone
