"""How much can be booked without an account."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser

from coachops.tenancy.scope import scope
from scheduling.models import Session
from scheduling.services import guests
from scheduling.services.guests import MOST_AN_HOUR
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk

PAGE = "/book/harbour/chemistry-call/"


def _post(number: int, *, email: str = "", address: str = "192.0.2.7", key: str = "") -> int:
    at = TUESDAY_TEN + timedelta(minutes=30 * number)
    data = {
        "at": f"{at:%Y%m%dT%H%MZ}",
        "zone": "Europe/Berlin",
        "booking_key": key or str(uuid4()),
        "name": f"Guest {number}",
        "email": email or f"guest{number}@new.example",
    }
    return Browser(REMOTE_ADDR=address).post(PAGE, data).status_code


def test_five_bookings_an_hour_come_from_one_network(desk: Desk, monday: object) -> None:
    key = str(uuid4())
    assert [_post(number) for number in range(MOST_AN_HOUR - 1)] == [302] * (MOST_AN_HOUR - 1)
    assert [_post(4, key=key), _post(4, key=key)] == [302, 302]
    assert [_post(0, email="late@new.example"), _post(5)] == [409, 429]
    assert _post(5, address="198.51.100.1") == 302
    monday.move_to(NOW + timedelta(minutes=61))
    assert _post(6) == 302
    with scope(desk.cast.bob.scope()):
        assert Session.objects.count() == 7


def test_neighbours_in_one_ipv6_network_count_together(desk: Desk) -> None:
    answers = [_post(number, address=f"2001:db8::{number + 1}") for number in range(6)]
    assert answers == [*[302] * 5, 429]
    assert _post(6, address="2001:db8:0:1::1") == 302


def test_a_guest_has_one_open_session_and_keeps_what_was_typed(desk: Desk) -> None:
    desk.book_guest()
    data = {
        "at": "20261125T0900Z",
        "zone": "Europe/Berlin",
        "booking_key": str(uuid4()),
        "name": "Gina Guest",
        "email": "Gina@New.example",
    }
    answer = Browser().post(PAGE, data)
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "move or cancel it with the links in the mail" in page
    assert 'value="Gina Guest"' in page
    assert data["booking_key"] not in page


def test_a_time_that_is_gone_tells_nobody_who_has_booked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guests, "MOST_FAILURES_AN_HOUR", 3)
    desk.book_guest(email="gina@new.example")
    answers = [_post(0, email=each) for each in ("gina@new.example", "other@new.example")]
    assert answers == [409, 409]
    assert _post(1, email="gina@new.example") == 429
    assert _post(1, email="other@new.example") == 429
    assert _post(1, email="other@new.example", address="198.51.100.1") == 302
