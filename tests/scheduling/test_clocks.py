"""The clock that a reader picks, and what the portal offers in time: through all of booking."""

from collections.abc import Callable

from django.test import Client as Browser

from coachops.tenancy.scope import scope
from scheduling.models import Offering
from tests.scheduling.conftest import Desk
from tests.scheduling.groups_world import build_circle
from tests.scheduling.test_calendar_links import booked_address, links
from tests.scheduling.test_group_guests import PAGE, _data
from tests.scheduling.three_ways import ask

Visit = Callable[..., Browser]


def _read(browser: Browser, address: str, **headers: str) -> str:
    return " ".join(browser.get(address, headers=headers).content.decode().split())


def test_the_clock_that_was_picked_holds_until_another_is(desk: Desk) -> None:
    address, guest = booked_address(desk, desk.book_guest()), Browser()
    assert "24 November, 10:00" in _read(guest, address)
    guest.get("/book/harbour/chemistry-call/?clock=12")
    assert "24 November, 10:00 am" in _read(guest, address)
    guest.get("/book/harbour/chemistry-call/?clock=24")
    assert "24 November, 10:00</b>" in _read(guest, address, **{"Accept-Language": "en-US"})


def test_moving_opens_on_the_clock_of_the_place_as_booking_does(desk: Desk, visit: Visit) -> None:
    session, carol = desk.book(), visit(desk.cast.carol)
    move = f"/portal/harbour/sessions/{session.pk}/move/"
    assert "4:00 am (New York)" in _read(carol, move, **{"Accept-Language": "en-US"})
    assert "04:00 (New York)" in _read(carol, move, **{"Accept-Language": "en-GB"})
    bob = visit(desk.cast.bob)
    theirs = f"/coach/harbour/sessions/{session.pk}/move/"
    assert " am" not in _read(bob, theirs, **{"Accept-Language": "en-US"}), "as their calendar"


def test_the_home_page_offers_a_move_only_while_it_is_free(desk: Desk, visit: Visit) -> None:
    session, carol = desk.book(), visit(desk.cast.carol)
    move = f"/portal/harbour/sessions/{session.pk}/move/"
    assert move in _read(carol, "/portal/harbour/")
    with scope(desk.cast.bob.scope()):
        Offering.objects.update(change_notice=60 * 24 * 30)
    assert move not in _read(carol, "/portal/harbour/")


def test_the_home_page_asks_for_the_times_of_three(desk: Desk, visit: Visit) -> None:
    address = f"/portal/harbour/polls/{ask(desk).poll.pk}/"
    for page in ("/portal/harbour/", "/portal/harbour/sessions/"):
        assert address in _read(visit(desk.cast.carol), page)


def test_times_of_three_are_on_the_clock_of_whoever_is_asked(desk: Desk, visit: Visit) -> None:
    carol, address = visit(desk.cast.carol), f"/portal/harbour/polls/{ask(desk).poll.pk}/"
    page = _read(carol, address, **{"Accept-Language": "en-US"})
    assert "9:00 am to 10:00 am" in page
    assert "Please answer by Friday 20 November, 6:00 pm (Berlin time)." in page
    assert "09:00 to 10:00" in _read(carol, address, **{"Accept-Language": "en-GB"})
    assert "03:00 to 04:00" in _read(carol, f"{address}?zone=America/New_York")


def test_a_place_in_a_group_goes_into_any_calendar(desk: Desk) -> None:
    circle = build_circle(desk.cast, capacity=2)
    with scope(desk.cast.bob.scope()):
        Offering.objects.filter(pk=circle.offering.pk).update(bookers=Offering.Bookers.ANYBODY)
    circle.schedule(circle.crowd[0])
    has_place, waits = (Browser().post(PAGE, _data(name)).url for name in ("Gina G", "Hugo H"))
    assert len(links(_read(Browser(), has_place))) >= 3
    assert b"BEGIN:VEVENT" in Browser().get(f"{has_place}calendar.ics").content
    assert links(_read(Browser(), waits)) == {}
    assert Browser().get(f"{waits}calendar.ics").status_code == 404
