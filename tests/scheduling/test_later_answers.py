"""Who books for somebody may leave questions open; whoever comes is asked, and so is a group."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client as Browser

from clients.models import ContentRead
from coachops.outbox.engine import drain
from coachops.tenancy.scope import Scope, confidential, scope
from scheduling.models import BookingAnswer, Offering, Seat, Session
from scheduling.policies.questions import QuestionKind
from scheduling.queries.answers import answers_of, answers_of_places
from scheduling.services.answers import GivenAnswer, keep_answers
from scheduling.services.questions import add_question
from tests.cast import Cast, Person
from tests.scheduling.conftest import NOW, Desk
from tests.scheduling.groups_world import MONDAY_FIVE, Circle, build_circle
from tests.scheduling.test_group_guests import PAGE, WEEK, _data, _link
from tests.scheduling.test_group_mails import _deliver, _to
from tests.scheduling.test_pages import AT, COACH, PORTAL, Visit

WISH = "I would like to talk about the merger."
DATES = [AT, "20261201T0900Z"]


@pytest.fixture
def circle(cast: Cast) -> Circle:
    """An open evening: whoever has the address may come."""
    found = build_circle(cast, capacity=2)
    with scope(cast.bob.scope()):
        Offering.objects.update(bookers=Offering.Bookers.ANYBODY)
        found.offering.refresh_from_db()
    return found


def ask(bob: Person, offering: Offering, *labels: str) -> list[str]:
    """Bob asks these, each has to be answered; the names of their fields."""
    with scope(bob.scope()):
        for label in labels:
            add_question(
                offering=offering,
                label=label,
                kind=QuestionKind.LONG,
                required=True,
                choices=[],
                now=NOW,
            )
        offering.refresh_from_db()
    return [f"answer_{each['key']}" for each in offering.questions]


def _book_series(desk: Desk, visit: Visit, **answers: str) -> None:
    page = f"{COACH}clients/{desk.cast.carol_client.pk}/series/?at={AT}&times=2&rhythm=weekly"
    bob = visit(desk.cast.bob)
    assert "What you leave empty, Carol is asked by e-mail." in _text(bob.get(page))
    data = {"at": DATES, "rhythm": "weekly", "booking_key": str(uuid4()), **answers}
    assert bob.post(page, data).status_code == 302


def _text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def _given(desk: Desk) -> list[list[str]]:
    with scope(desk.cast.bob.scope()):
        sessions = Session.objects.order_by("starts_at")
        return [[line.answer for line in answers_of(each.pk)] for each in sessions]


def test_the_client_answers_once_for_all_dates_of_a_series_that_the_coach_booked(
    desk: Desk, visit: Visit
) -> None:
    known, wish = ask(desk.cast.bob, desk.coaching, "Who else knows?", "What is it about?")
    _book_series(desk, visit, **{known: "Nobody"})
    assert _given(desk) == [["Nobody"], ["Nobody"]]
    drain(now=NOW)
    [letter] = [each for each in mail.outbox if "asks something before" in str(each.body)]
    link = next(word for word in str(letter.body).split() if word.endswith("/answers/"))
    path = "/" + link.partition("//")[2].partition("/")[2]
    carol = visit(desk.cast.carol)
    page = _text(carol.get(path))
    assert "What is it about?" in page
    assert "Who else knows?" not in page
    assert carol.post(path, {wish: ""}).status_code == 422
    for _ in range(2):
        assert carol.post(path, {wish: WISH}).status_code == 302
    assert _given(desk) == [["Nobody", WISH], ["Nobody", WISH]]
    assert "asks you something" not in _text(carol.get(path.removesuffix("answers/")))


def test_what_the_client_books_asks_nothing_later(desk: Desk, visit: Visit) -> None:
    (wish,) = ask(desk.cast.bob, desk.coaching, "What is it about?")
    carol = visit(desk.cast.carol)
    data = {"at": AT, "zone": "Europe/Berlin", "booking_key": str(uuid4()), wish: WISH}
    page = carol.post(f"{PORTAL}book/", data)["Location"]
    assert "asks you something" not in _text(carol.get(page))
    assert carol.get(f"{page}answers/").status_code == 302


def test_a_session_that_the_coach_booked_asks_on_its_page_and_in_its_mail(
    desk: Desk, visit: Visit
) -> None:
    ask(desk.cast.bob, desk.coaching, "What is it about?")
    page = f"{COACH}clients/{desk.cast.carol_client.pk}/book/?offering={desk.coaching.pk}"
    booked = {"at": AT, "zone": "Europe/Berlin", "booking_key": str(uuid4())}
    assert visit(desk.cast.bob).post(page, booked).status_code == 302
    with scope(desk.cast.bob.scope()):
        address = f"{PORTAL}sessions/{Session.objects.get().pk}/"
    assert "Bob Harbour asks you something before you meet." in _text(
        visit(desk.cast.carol).get(address)
    )
    drain(now=NOW)
    to_carol = [str(each.body) for each in mail.outbox if "carol" in each.to[0]]
    assert [f"{address}answers/" in body for body in to_carol] == [True]
    assert visit(desk.cast.dave).get(f"{address}answers/").status_code == 404


def test_a_guest_answers_for_a_place_and_the_coach_alone_reads_it(
    circle: Circle,
    visit: Visit,
) -> None:
    session = circle.schedule()
    (wish,) = ask(circle.cast.bob, circle.offering, "What is it about?")
    listed = f"{PAGE}?at={MONDAY_FIVE:%Y%m%dT%H%MZ}"
    assert "What is it about?" in Browser().get(listed).content.decode()
    missing = Browser().post(PAGE, _data())
    assert missing.status_code == 422
    assert "Please fill this in" in missing.content.decode()
    data = _data(**{wish: WISH})
    assert [Browser().post(PAGE, data).status_code for _ in range(2)] == [302, 302]
    address = f"{COACH}groups/{session.pk}/"
    assert WISH in visit(circle.cast.bob).get(address).content.decode()
    for person in (circle.cast.vera, circle.cast.alice):
        assert WISH not in visit(person).get(address).content.decode()
    with scope(circle.cast.bob.scope()), confidential():
        assert b"merger" not in bytes(BookingAnswer.objects.get().sealed_answer)


def test_answers_go_along_to_another_date(circle: Circle, visit: Visit) -> None:
    first, second = (circle.schedule(at=MONDAY_FIVE + WEEK * each) for each in range(2))
    (wish,) = ask(circle.cast.bob, circle.offering, "What is it about?")
    Browser().post(PAGE, _data(**{wish: WISH}))
    move = _link(_to(_deliver(), "gina"), "Move it:")
    assert "Moved" in Browser().post(move, {"date": str(second.pk)}).content.decode()
    bob = visit(circle.cast.bob)
    pages = [bob.get(f"{COACH}groups/{each.pk}/").content.decode() for each in (first, second)]
    assert [WISH in page for page in pages] == [False, True]


def test_a_client_in_a_group_is_asked_and_the_others_read_nothing(
    circle: Circle,
    visit: Visit,
) -> None:
    session = circle.schedule(at=MONDAY_FIVE + timedelta(days=1))
    (wish,) = ask(circle.cast.bob, circle.offering, "What is it about?")
    carol, page = visit(circle.cast.carol), f"{PORTAL}groups/{session.pk}/"
    carol.post(f"{page}join/")
    assert "asks you something before you meet." in _text(carol.get(page))
    assert carol.post(f"{page}answers/", {wish: ""}).status_code == 422
    assert carol.post(f"{page}answers/", {wish: WISH}).status_code == 302
    assert WISH in _text(carol.get(page))
    assert carol.get(f"{page}answers/").status_code == 302
    assert WISH in visit(circle.cast.bob).get(f"{COACH}groups/{session.pk}/").content.decode()
    with scope(circle.cast.bob.scope()):
        assert ContentRead.objects.filter(kind="answers when booking").count() == 1
    for person in (circle.cast.dave, circle.cast.olga):
        with scope(person.scope()):
            assert answers_of_places(session.pk) == ()


@pytest.mark.parametrize("writer", ["dave", "olga", "public", "link"])
def test_the_wall_takes_answers_about_ones_own_place_alone(
    circle: Circle,
    writer: str,
) -> None:
    session = circle.schedule()
    seat = circle.invite(session, circle.cast.carol_client)
    person = circle.cast.everybody().get(writer)
    acting = Scope(practice_id=circle.cast.practice.pk, roles=frozenset({writer}))
    answers = [GivenAnswer("What is it about?", "Something")]
    with (
        scope(person.scope() if person else acting),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        keep_answers(session=session, answers=answers, seat=seat)


def test_a_place_that_was_given_up_is_taken_again_once(circle: Circle) -> None:
    session = circle.schedule()
    Browser().post(PAGE, _data())
    leave = _link(_to(_deliver(), "gina"), "Cancel it:")
    assert Browser().post(leave).status_code == 200
    again = _data()
    answers = [Browser().post(PAGE, again) for _ in range(2)]
    assert [each.status_code for each in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert circle.reload(session).taken == 1
    with scope(circle.cast.bob.scope()):
        assert Seat.objects.get().state == Seat.State.BOOKED
