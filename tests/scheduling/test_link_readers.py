"""A link out of a mail is its reader's, for as long as they read mail at that address."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from coachops.practices.services.links import create_link
from coachops.tenancy.scope import scope
from scheduling.models import Seat, Session
from scheduling.purposes import CANCEL_LINK, MOVE_LINK, SEAT_LINK
from tests.cast import Cast
from tests.scheduling.conftest import NOW, Desk
from tests.scheduling.groups_world import build_circle


def _link(cast: Cast, purpose: str, subject: Session | Seat, recipient: str) -> str:
    with scope(cast.bob.scope()):
        return create_link(
            purpose=purpose,
            subject_id=subject.pk,
            recipient=recipient,
            now=NOW,
            valid_for=timedelta(days=3),
        )


@pytest.mark.parametrize("purpose", [MOVE_LINK, CANCEL_LINK])
def test_a_booker_s_link_ends_with_their_address(desk: Desk, purpose: str) -> None:
    session = desk.book_guest(email="gina@new.example")
    address = _link(desk.cast, purpose, session, "Gina@New.example")
    assert Browser().get(address).status_code == 200
    with scope(desk.cast.bob.scope()):
        Session.objects.update(guest_email="gina@other.example")
    assert Browser().get(address).status_code == 404
    assert Browser().post(address).status_code == 404
    assert desk.reload(session).state == "booked"


def test_a_participant_s_link_ends_with_their_address(cast: Cast) -> None:
    circle = build_circle(cast)
    session = circle.schedule(circle.crowd[0])
    with scope(cast.bob.scope()):
        seat = Seat.objects.get()
    address = _link(cast, SEAT_LINK, seat, seat.email.upper())
    assert Browser().get(address).status_code == 200
    with scope(cast.bob.scope()):
        Seat.objects.update(email="person@other.example")
    assert Browser().get(address).status_code == 404
    assert Browser().post(address).status_code == 404
    assert circle.names(session) == [seat.name]
