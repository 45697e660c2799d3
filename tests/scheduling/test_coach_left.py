"""A client whose coach left: until somebody takes over, nothing leads into the old room."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from coachops.outbox.engine import drain
from coachops.practices.services.members import end_membership
from coachops.tenancy.scope import scope
from scheduling.models import Offering, Session
from scheduling.policies import CancelledBy
from scheduling.services.changes import cancel_session
from scheduling.services.groups import schedule_group
from scheduling.services.offerings import create_offering
from tests.cast import Person
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.three_ways import MONDAY_NINE, ask

type Visit = Callable[[Person], Browser]

ROOM = "https://rooms.example/bob"
FINDING_OUT = "Your practice is finding out who takes this session."
WORDS_OF_THE_MAIL = "no longer works at Harbour, which is finding out who takes it"


def bob_leaves(desk: Desk) -> None:
    with scope(desk.cast.alice.scope()):
        end_membership(membership=desk.cast.bob.membership, now=NOW)
    drain(now=NOW)
    mail.outbox.clear()


def circle_of(desk: Desk) -> Session:
    """A group that Carol and Dave take part in."""
    with scope(desk.cast.bob.scope()):
        offering = create_offering(
            coach=desk.cast.bob.membership,
            name="Practice circle",
            kind=Offering.Kind.GROUP,
            bookers=Offering.Bookers.CLIENTS,
            now=NOW,
            capacity=6,
            place_details=ROOM,
        )
        return schedule_group(
            offering=offering,
            starts_at=TUESDAY_TEN,
            roster=list(Client.objects.filter(name__in=["Carol Harbour", "Dave Harbour"])),
            booking_key=uuid4(),
            now=NOW,
        )


def soon() -> list[mail.EmailMultiAlternatives]:
    """What a day and an hour before bring."""
    for hours in (24, 1):
        drain(now=TUESDAY_TEN - timedelta(hours=hours))
    return list(mail.outbox)


def test_every_page_says_that_it_is_not_settled_and_none_has_the_old_link(
    desk: Desk, visit: Visit
) -> None:
    session, carol = desk.book(), visit(desk.cast.carol)
    page = f"/portal/harbour/sessions/{session.pk}/"
    before = carol.get(page).content.decode()
    assert ROOM in before
    assert "with Bob Harbour" in before
    bob_leaves(desk)
    for address in ("/portal/harbour/", page):
        shown = carol.get(address).content.decode()
        assert FINDING_OUT in shown, address
        assert ROOM not in shown, address
        assert "with Bob Harbour" not in shown, address
    listed = carol.get("/portal/harbour/sessions/").content.decode()
    assert "your practice is finding out who takes it" in listed
    assert (
        ROOM.encode()
        not in carol.get(reverse("portal:session_calendar", args=["harbour", session.pk])).content
    )


def test_a_group_says_so_too(desk: Desk, visit: Visit) -> None:
    session, carol = circle_of(desk), visit(desk.cast.carol)
    page = reverse("portal:group", args=["harbour", session.pk])
    assert ROOM in carol.get(page).content.decode()
    bob_leaves(desk)
    shown = carol.get(page).content.decode()
    assert FINDING_OUT in shown
    assert ROOM not in shown
    letters = soon()
    assert {each.to[0] for each in letters} == {"carol@harbour.example", "dave@harbour.example"}
    assert all(WORDS_OF_THE_MAIL in letter.body and ROOM not in letter.body for letter in letters)


@pytest.mark.parametrize("books", [Desk.book, Desk.book_guest])
def test_reminders_say_how_it_stands_and_invite_nowhere(
    desk: Desk, books: Callable[[Desk], Session]
) -> None:
    books(desk)
    bob_leaves(desk)
    letters = soon()
    assert letters
    for letter in letters:
        assert WORDS_OF_THE_MAIL in letter.body
        assert ROOM not in str(letter.message())
        assert "/l/" in letter.body
        assert letter.reply_to == ["alice@harbour.example"]


def test_a_sponsor_is_not_sent_into_the_room_either(desk: Desk, visit: Visit) -> None:
    question = ask(desk)
    question.answer("Carol", 0)
    question.answer("Stella", 0)
    with scope(desk.cast.alice.scope()):
        session = Session.objects.get()
    stella = visit(desk.cast.stella)
    page = reverse("sponsor:three_way", args=["harbour", session.pk])
    assert ROOM in stella.get(page).content.decode()
    bob_leaves(desk)
    shown = stella.get(page).content.decode()
    assert "The practice is finding out who takes this meeting." in shown
    assert ROOM not in shown
    assert "Bob" not in shown
    for hours in (24, 1):
        drain(now=MONDAY_NINE - timedelta(hours=hours))
    told = {letter.to[0]: letter.body for letter in mail.outbox}
    assert WORDS_OF_THE_MAIL in told["stella@harbour.example"]
    assert not [letter for letter in mail.outbox if ROOM in str(letter.message())]


def test_what_was_held_or_is_off_stays_what_it_was(desk: Desk, visit: Visit) -> None:
    session, carol = desk.book(), visit(desk.cast.carol)
    bob_leaves(desk)
    with scope(desk.cast.carol.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.CLIENT, now=NOW)
    shown = carol.get(f"/portal/harbour/sessions/{session.pk}/").content.decode()
    assert FINDING_OUT not in shown
    assert "with Bob Harbour" in shown
    home = carol.get("/portal/harbour/").content.decode()
    assert "Your practice is finding out who coaches you from here" in home
    assert "real free times" not in home
