"""Secret links: for one booking or several, until a day, until they are taken back."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client as Browser

from coachops.tenancy.scope import scope
from scheduling.models import BookingLink, Offering, Session
from scheduling.services.booking_links import create_booking_link, revoke_booking_link
from tests.scheduling.conftest import NOW, Desk
from tests.scheduling.test_pages import AT, COACH, PUBLIC, Visit


def _link(desk: Desk, **details: object) -> str:
    with scope(desk.cast.bob.scope()):
        Offering.objects.filter(pk=desk.chemistry.pk).update(bookers=Offering.Bookers.SECRET)
        address = create_booking_link(offering=desk.chemistry, now=NOW, **details)
    return address.removeprefix(settings.BASE_URL)


def _book(address: str, at: str = AT, email: str = "gina@new.example"):
    data = {"at": at, "zone": "UTC", "booking_key": str(uuid4()), "name": "Gina", "email": email}
    return Browser().post(address, data)


def test_only_the_hash_of_the_secret_is_kept(desk: Desk) -> None:
    address = _link(desk)
    practice, secret = address.rstrip("/").rpartition("/")[2].split(".")
    assert practice == str(desk.cast.practice.pk)
    with scope(desk.cast.bob.scope()):
        kept = bytes(BookingLink.objects.get().secret_hash)
    assert len(kept) == 32
    assert secret.encode() not in kept


def test_a_secret_offering_is_booked_by_its_link_alone(desk: Desk) -> None:
    address = _link(desk)
    assert Browser().get(f"{PUBLIC}chemistry-call/").status_code == 404
    page = Browser().get(address)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "same-origin"
    done = _book(address)
    assert "You are booked" in Browser().get(done["Location"]).content.decode()


def test_a_one_off_link_that_was_used_says_so(desk: Desk) -> None:
    address = _link(desk, most_bookings=1)
    done = _book(address)
    assert done.status_code == 302
    used = _book(address, "20261125T0900Z", "gus@new.example")
    assert used.status_code == 404
    assert "This link is used up" in used.content.decode()
    assert "Ask Bob Harbour for a new one" in " ".join(used.content.decode().split())
    assert Browser().get(done["Location"]).status_code == 200
    with scope(desk.cast.bob.scope()):
        assert Session.objects.count() == 1


@pytest.mark.parametrize("why", ["expired", "revoked", "unknown"])
def test_a_link_that_is_no_longer_good_books_nothing(desk: Desk, why: str) -> None:
    address = _link(desk, expires_at=NOW if why == "expired" else None)
    if why == "revoked":
        with scope(desk.cast.bob.scope()):
            revoke_booking_link(link=BookingLink.objects.get(), now=NOW)
    if why == "unknown":
        address = address.rstrip("/") + "x/"
    assert _book(address).status_code == 404
    with scope(desk.cast.bob.scope()):
        assert not Session.objects.exists()


def test_the_coach_makes_a_link_sees_it_once_and_takes_it_back(desk: Desk, visit: Visit) -> None:
    bob = visit(desk.cast.bob)
    page = f"{COACH}offerings/{desk.chemistry.pk}/links/"
    made = bob.post(
        page, {"note": "For Iris", "most_bookings": "1", "expires_on": "2026-12-01"}
    ).content.decode()
    secret = f"{settings.BASE_URL}/book/with/{desk.cast.practice.pk}."
    assert secret in made
    again = bob.get(page).content.decode()
    assert secret not in again
    assert "For Iris" in again
    assert "One booking left" in " ".join(again.split())
    with scope(desk.cast.bob.scope()):
        link = BookingLink.objects.get()
    assert link.expires_at == datetime(2026, 12, 1, 23, tzinfo=UTC)
    bob.post(f"{page}{link.pk}/revoke/")
    assert "Taken back" in bob.get(page).content.decode()
    assert visit(desk.cast.olga).get(page).status_code == 404


def test_a_link_of_another_offering_is_not_taken_back_here(desk: Desk, visit: Visit) -> None:
    _link(desk)
    with scope(desk.cast.bob.scope()):
        link = BookingLink.objects.get()
    wrong = f"{COACH}offerings/{desk.coaching.pk}/links/{link.pk}/revoke/"
    assert visit(desk.cast.bob).post(wrong).status_code == 404
