"""Somebody without an account takes a place in a group of a public offering."""

from datetime import timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest
from django.test import Client as Browser

from coachops.tenancy.scope import scope
from scheduling.models import Offering, Seat, Session
from scheduling.services.booking_links import create_booking_link
from scheduling.services.guests import MOST_AN_HOUR
from tests.cast import Cast
from tests.scheduling.conftest import NOW
from tests.scheduling.groups_world import MONDAY_FIVE, Circle, build_circle
from tests.scheduling.test_group_mails import _deliver, _event, _to
from tests.scheduling.test_mails import LINK

PAGE = "/book/harbour/leadership-circle/"
WEEK = timedelta(days=7)


@pytest.fixture
def evening(cast: Cast) -> Circle:
    """An open evening: whoever has the address may come."""
    circle = build_circle(cast, capacity=2)
    with scope(cast.bob.scope()):
        Offering.objects.update(bookers=Offering.Bookers.ANYBODY)
        circle.offering.refresh_from_db()
    return circle


def _data(name: str = "Gina Guest", *, at=MONDAY_FIVE, email: str = "", **more: str) -> dict:
    return {
        "at": f"{at:%Y%m%dT%H%MZ}",
        "zone": "Europe/Lisbon",
        "booking_key": str(uuid4()),
        "name": name,
        "email": email or f"{name.split(maxsplit=1)[0].lower()}@new.example",
        **more,
    }


def _post(data: dict, page: str = PAGE, address: str = "192.0.2.7"):
    return Browser(REMOTE_ADDR=address).post(page, data)


def _link(message: EmailMessage, label: str) -> str:
    text = message.get_body(("plain",)).get_content()
    [line] = [each for each in text.splitlines() if each.startswith(label)]
    return LINK.findall(line)[0]


def _states(circle: Circle) -> dict[str, str]:
    with scope(circle.cast.bob.scope()):
        return dict(Seat.objects.order_by("pk").values_list("email", "state"))


def test_a_guest_takes_a_place_with_a_name_and_an_address(evening: Circle) -> None:
    session = evening.schedule(evening.crowd[0], topic="Conflicts of Person 00")
    listed = Browser().get(f"{PAGE}?zone=Europe/Lisbon").content.decode()
    assert "Monday 30 November 2026" in listed
    assert "16:00 to 17:30, 1 place left" in listed
    assert "Conflicts" not in listed
    assert "Person00" not in listed
    data = _data()
    booked = [_post(data) for _ in range(2)]
    assert [answer.status_code for answer in booked] == [302, 302]
    assert evening.reload(session).taken == 2
    page = Browser().get(booked[0]["Location"]).content.decode()
    assert "You have a place" in page
    message = _to(_deliver(), "gina")
    method, _, event = _event(message)
    assert (method, str(event["SUMMARY"])) == ("REQUEST", "Leadership circle")
    assert "Hello Gina," in message.get_body(("plain",)).get_content()


def test_whoever_finds_it_full_waits_and_moves_up(evening: Circle) -> None:
    session = evening.schedule(*evening.crowd[:2])
    assert "Full, with a waiting list" in Browser().get(PAGE).content.decode()
    page = Browser().get(_post(_data())["Location"]).content.decode()
    assert "You are on the waiting list" in page
    leave = _link(_to(_deliver(), "person00"), "Cancel it:")
    assert Browser().post(leave).status_code == 200
    assert evening.names(session) == ["Person 01 Secretname", "Gina Guest"]


def test_the_links_in_the_mail_move_the_place_and_give_it_up(evening: Circle) -> None:
    first, second = (evening.schedule(at=MONDAY_FIVE + WEEK * each) for each in range(2))
    _post(_data())
    message = _to(_deliver(), "gina")
    move = _link(message, "Move it:")
    page = Browser().get(move).content.decode()
    assert "Monday 7 December 2026" in page
    assert Browser().post(move, {"date": str(first.pk)}).status_code == 409
    assert "Moved" in Browser().post(move, {"date": str(second.pk)}).content.decode()
    assert [evening.reload(each).taken for each in (first, second)] == [0, 1]
    assert Browser().post(move, {"date": str(second.pk)}).status_code == 409
    methods = sorted(_event(each)[0] for each in _deliver())
    assert methods == ["CANCEL", "REQUEST"]


def test_moving_to_a_full_date_keeps_the_place(evening: Circle) -> None:
    first = evening.schedule()
    evening.schedule(at=MONDAY_FIVE + 2 * WEEK)
    _post(_data())
    full = evening.schedule(*evening.crowd[:2], at=MONDAY_FIVE + WEEK)
    move = _link(_to(_deliver(), "gina"), "Move it:")
    assert Browser().post(move, {"date": str(full.pk)}).status_code == 409
    assert evening.reload(first).taken == 1


def test_whoever_moved_up_because_another_moved_gets_one_mail(evening: Circle) -> None:
    first = evening.schedule(evening.crowd[0])
    evening.schedule(at=MONDAY_FIVE + WEEK)
    _post(_data())
    gina = _link(_to(_deliver(), "gina"), "Move it:")
    _post(_data("Hugo Guest"), address="198.51.100.1")
    _deliver()
    with scope(evening.cast.bob.scope()):
        other = Session.objects.exclude(pk=first.pk).get()
    Browser().post(gina, {"date": str(other.pk)})
    told = [message["To"].partition("@")[0] for message in _deliver()]
    assert sorted(told) == ["gina", "gina", "hugo"]


def test_the_limits_are_those_of_every_booking_without_an_account(evening: Circle) -> None:
    for each in range(7):
        evening.schedule(at=MONDAY_FIVE + timedelta(days=each))
    assert _post(_data()).status_code == 302
    again = _post(_data(at=MONDAY_FIVE + timedelta(days=1)))
    assert (again.status_code, "Gina Guest" in again.content.decode()) == (429, True)
    days = range(1, MOST_AN_HOUR + 1)
    answers = [
        _post(_data(f"G{each} Guest", at=MONDAY_FIVE + timedelta(days=each))).status_code
        for each in days
    ]
    assert answers == [*[302] * (MOST_AN_HOUR - 1), 429]


def test_an_address_that_takes_part_is_told_nothing(evening: Circle) -> None:
    evening.schedule(evening.crowd[0])
    answer = _post(_data(email=evening.crowd[0].email))
    assert answer.status_code == 429
    assert "Secretname" not in answer.content.decode()
    assert _states(evening) == {evening.crowd[0].email: "booked"}


def test_what_is_not_open_to_guests_is_not_listed_and_not_booked(evening: Circle) -> None:
    evening.schedule(draws_on_ledger=True)
    evening.schedule(at=NOW + timedelta(hours=3))
    assert "No date is planned right" in Browser().get(PAGE).content.decode()
    assert _post(_data()).status_code == 409
    with scope(evening.cast.bob.scope()):
        Offering.objects.filter(pk=evening.offering.pk).update(bookers=Offering.Bookers.CLIENTS)
    assert Browser().get(PAGE).status_code == 404


def test_a_secret_link_opens_a_group_once(evening: Circle) -> None:
    session = evening.schedule()
    with scope(evening.cast.bob.scope()):
        Offering.objects.filter(pk=evening.offering.pk).update(bookers=Offering.Bookers.SECRET)
        address = create_booking_link(offering=evening.offering, now=NOW, most_bookings=1)
    path = address[address.index("/book/") :]
    assert Browser().get(path).status_code == 200
    booked = _post(_data(), page=path)
    assert "You have a place" in Browser().get(booked["Location"]).content.decode()
    assert _post(_data("Hugo Guest"), page=path, address="198.51.100.1").status_code == 404
    assert evening.reload(session).taken == 1
