"""Ways to put a session into a calendar by hand, and nothing private in any of them."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client as Browser
from icalendar import Calendar

from coachops.tenancy.scope import scope
from scheduling.models import Offering, Session
from scheduling.policies import CancelledBy
from scheduling.services.changes import cancel_session
from tests.scheduling.conftest import TUESDAY_TEN, Desk

SITES = ("calendar.google.com", "outlook.live.com", "outlook.office.com")


def links(page: str) -> dict[str, dict[str, list[str]]]:
    """What each site is told, by site."""
    found = [urlsplit(unescape(each.partition('"')[0])) for each in page.split('href="')[1:]]
    return {each.netloc: parse_qs(each.query) for each in found if each.netloc in SITES}


def booked_address(desk: Desk, session: Session) -> str:
    return f"/book/harbour/{desk.chemistry.slug}/booked/{session.booking_key}/"


def test_guest_adds_it_to_any_calendar_right_after_booking(desk: Desk) -> None:
    session = desk.book_guest()
    address = booked_address(desk, session)
    told = links(Browser().get(address).content.decode())
    assert set(told) == set(SITES)
    google = told["calendar.google.com"]
    assert google["text"] == ["Chemistry call"]
    assert google["dates"] == ["20261124T090000Z/20261124T093000Z"]
    assert told["outlook.live.com"]["startdt"] == ["2026-11-24T09:00:00Z"]
    assert not any("gina" in str(each).lower() for each in told.values())
    file = Browser().get(f"{address}calendar.ics")
    assert file["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(file.content).walk("VEVENT")
    assert str(event["UID"]) == session.calendar_uid
    of_carol = desk.book(TUESDAY_TEN + timedelta(days=1))
    assert Browser().get(f"{booked_address(desk, of_carol)}calendar.ics").status_code == 404


def test_clients_links_say_what_the_invitation_says(desk: Desk, visit: Callable) -> None:
    session = desk.book()
    browser, address = visit(desk.cast.carol), f"/portal/harbour/sessions/{session.pk}/"
    told = links(browser.get(address).content.decode())
    (event,) = Calendar.from_ical(browser.get(f"{address}calendar.ics").content).walk("VEVENT")
    for name, title in (("calendar.google.com", "text"), ("outlook.office.com", "subject")):
        assert told[name][title] == [str(event["SUMMARY"])]
        assert told[name]["location"] == [str(event["LOCATION"])]


@pytest.mark.parametrize("state", ["cancelled", "requested"])
def test_nothing_is_added_that_does_not_take_place(desk: Desk, visit: Callable, state: str) -> None:
    with scope(desk.cast.bob.scope()):
        Offering.objects.update(needs_approval=state == "requested")
    guest = desk.book_guest()
    if state == "cancelled":
        with scope(desk.cast.bob.scope()):
            cancel_session(session=guest, cancelled_by=CancelledBy.COACH, now=guest.revised_at)
    address = booked_address(desk, guest)
    assert links(Browser().get(address).content.decode()) == {}
    file = Browser().get(f"{address}calendar.ics")
    assert file.status_code == (404 if state == "requested" else 200)
