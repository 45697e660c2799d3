"""What is asked when booking, and who reads the answers."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.db.models import F
from django.test import Client as Browser

from clients.models import ClientKey, CoachAssignment, ContentRead
from coachops.outbox.engine import drain
from coachops.tenancy.scope import Scope, ScopeError, confidential, scope
from scheduling.models import BookingAnswer, Claim, Offering, Session
from scheduling.queries.answers import answers_of
from scheduling.services.answers import GivenAnswer, keep_answers
from tests.scheduling.conftest import NOW, Desk
from tests.scheduling.test_pages import AT, COACH, PORTAL, PUBLIC, Visit

SECRET_WISH = "I would like to talk about the merger."


@pytest.fixture
def asked(desk: Desk, visit: Visit) -> Desk:
    """Bob asks three questions, in an order of his own."""
    for offering in (desk.coaching, desk.chemistry):
        page = f"{COACH}offerings/{offering.pk}/questions/"
        bob = visit(desk.cast.bob)
        for label, kind, choices, required in (
            ("How did you find me?", "choice", "A friend\nThe web", ""),
            ("What is it about?", "long", "", "on"),
            ("Your telephone", "short", "", ""),
        ):
            data = {"label": label, "kind": kind, "choices": choices, "required": required}
            assert bob.post(page, data).status_code == 302
        with scope(desk.cast.bob.scope()):
            keys = [each["key"] for each in Offering.objects.get(pk=offering.pk).questions]
        bob.post(f"{page}change/", {"question": keys[1], "move": "up"})
        bob.post(f"{page}change/", {"question": keys[2], "remove": "1"})
        with scope(desk.cast.bob.scope()):
            offering.refresh_from_db()
    return desk


def _answers(offering: Offering, wish: str = SECRET_WISH) -> dict[str, str]:
    wish_key, found_key = (each["key"] for each in offering.questions)
    return {
        "at": AT,
        "zone": "Europe/Berlin",
        "booking_key": str(uuid4()),
        f"answer_{wish_key}": wish,
        f"answer_{found_key}": "A friend",
    }


def test_questions_are_in_the_order_that_the_coach_gave_them(asked: Desk) -> None:
    assert [each["label"] for each in asked.coaching.questions] == [
        "What is it about?",
        "How did you find me?",
    ]


def test_a_choice_needs_choices(asked: Desk, visit: Visit) -> None:
    page = f"{COACH}offerings/{asked.coaching.pk}/questions/"
    wrong = {"label": "Which?", "kind": "choice", "choices": "only one"}
    assert visit(asked.cast.bob).post(page, wrong).status_code == 422


def test_a_guest_answers_and_what_is_missing_is_said_beside_it(asked: Desk) -> None:
    guest = {"name": "Gina", "email": "gina@new.example"}
    missing = {**_answers(asked.chemistry, wish=""), **guest}
    page = Browser().post(f"{PUBLIC}chemistry-call/", missing)
    assert page.status_code == 422
    assert "Please fill this in" in page.content.decode()
    data = {**_answers(asked.chemistry), **guest}
    assert Browser().post(f"{PUBLIC}chemistry-call/", data).status_code == 302
    with scope(asked.cast.bob.scope()):
        session = Session.objects.get()
        assert [each.answer for each in answers_of(session.pk)] == [SECRET_WISH, "A friend"]


def test_coach_and_client_read_the_answers_and_nobody_else(asked: Desk, visit: Visit) -> None:
    carol = visit(asked.cast.carol)
    booked = carol.post(f"{PORTAL}book/", _answers(asked.coaching))
    assert SECRET_WISH in carol.get(booked["Location"]).content.decode()
    with scope(asked.cast.bob.scope()):
        session = Session.objects.get()
    address = f"{COACH}bookings/{session.pk}/"
    page = visit(asked.cast.bob).get(address).content.decode()
    assert SECRET_WISH in page
    assert 'data-audience="coach client"' in page
    with scope(asked.cast.bob.scope()):
        assert ContentRead.objects.filter(kind="answers when booking").count() == 1
    for person in (asked.cast.vera, asked.cast.alice):
        other = visit(person).get(address)
        assert other.status_code == 200
        assert SECRET_WISH not in other.content.decode()
    assert visit(asked.cast.olga).get(address).status_code == 404


@pytest.mark.parametrize("booker", ["carol", "guest"])
def test_answers_are_kept_sealed(asked: Desk, visit: Visit, booker: str) -> None:
    if booker == "carol":
        visit(asked.cast.carol).post(f"{PORTAL}book/", _answers(asked.coaching))
    else:
        guest = {"name": "Gina", "email": "gina@new.example"}
        Browser().post(f"{PUBLIC}chemistry-call/", {**_answers(asked.chemistry), **guest})
    with scope(asked.cast.bob.scope()), confidential():
        first = BookingAnswer.objects.order_by("position").first()
        assert b"merger" not in bytes(first.sealed_answer)
        assert (first.wrapped_key is None) == (booker == "carol")
        if booker == "carol":
            ClientKey.objects.all().delete()
            with pytest.raises(ClientKey.DoesNotExist):
                answers_of(first.session_id)


def test_a_series_asks_once_and_each_session_has_the_answers(asked: Desk, visit: Visit) -> None:
    carol, page = visit(asked.cast.carol), f"{PORTAL}series/new/?at={AT}&times=2&rhythm=weekly"
    assert "What is it about?" in carol.get(page).content.decode()
    dates = {"at": [AT, "20261201T0900Z"], "rhythm": "weekly"}
    missing = carol.post(page, {**_answers(asked.coaching, wish=""), **dates})
    assert missing.status_code == 422
    assert "Please fill this in" in missing.content.decode()
    assert carol.post(page, {**_answers(asked.coaching), **dates}).status_code == 302
    with scope(asked.cast.bob.scope()):
        found = [answers_of(session.pk) for session in Session.objects.all()]
        assert [lines[0].answer for lines in found] == [SECRET_WISH, SECRET_WISH]


def test_an_assistant_notes_what_they_know_and_does_not_read_it(asked: Desk, visit: Visit) -> None:
    vera = visit(asked.cast.vera)
    page = f"{COACH}clients/{asked.cast.carol_client.pk}/book/?offering={asked.coaching.pk}"
    held = vera.post(page, {"hold": AT})
    assert "This time is kept for you until" in vera.get(held["Location"]).content.decode()
    assert vera.post(page, _answers(asked.coaching, wish="")).status_code == 302
    with scope(asked.cast.bob.scope()):
        session = Session.objects.get()
        assert [each.answer for each in answers_of(session.pk)] == ["A friend"]
        assert not Claim.objects.filter(state=Claim.State.HELD).exists()
    with scope(replace(asked.cast.vera.scope(), confidential=True)):
        assert not BookingAnswer.objects.exists()


def test_the_wall_hides_answers_from_everybody_else(asked: Desk, visit: Visit) -> None:
    visit(asked.cast.carol).post(f"{PORTAL}book/", _answers(asked.coaching))
    for person in (asked.cast.dave, asked.cast.olga):
        with scope(person.scope()), confidential():
            assert not BookingAnswer.objects.exists()
    with scope(asked.cast.vera.scope()), pytest.raises(ScopeError), confidential():
        pass


def test_a_clients_answers_are_closed_to_a_coach_who_coaches_them_no_longer(
    asked: Desk, visit: Visit
) -> None:
    visit(asked.cast.carol).post(f"{PORTAL}book/", _answers(asked.coaching))
    with scope(asked.cast.bob.scope()):
        session = Session.objects.get()
        given = CoachAssignment.objects.filter(client=asked.cast.carol_client)
        given.update(ended_on=F("started_on"))
    page = visit(asked.cast.bob).get(f"{COACH}bookings/{session.pk}/")
    assert page.status_code == 200
    assert SECRET_WISH not in page.content.decode()
    with scope(asked.cast.bob.scope()), confidential():
        assert not BookingAnswer.objects.exists()


@pytest.mark.parametrize("writer", ["dave", "olga", "public", "link", "carol"])
def test_the_wall_takes_answers_about_ones_own_session_alone(asked: Desk, writer: str) -> None:
    session, practice = asked.book(), asked.cast.practice.pk
    person = asked.cast.everybody().get(writer)
    acting = person.scope() if person else Scope(practice_id=practice, roles=frozenset({writer}))
    answers = [GivenAnswer("What is it about?", "Something")]
    with scope(acting):
        if writer == "carol":
            keep_answers(session=session, answers=answers)
            assert answers_of(session.pk)
            return
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            keep_answers(session=session, answers=answers)


def test_no_mail_carries_an_answer(asked: Desk, visit: Visit) -> None:
    visit(asked.cast.carol).post(f"{PORTAL}book/", _answers(asked.coaching))
    drain(now=NOW)
    assert len(mail.outbox) == 2
    assert not any(SECRET_WISH in letter.message().as_string() for letter in mail.outbox)
