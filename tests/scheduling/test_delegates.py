"""A client's own assistant: invited and ended by the client, sees dates and places, moves them."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from clients.queries.clients import has_portal
from clients.services.clients import end_client_access
from coachops.audit.models import AuditEvent
from coachops.outbox.engine import drain
from coachops.practices.models import Membership, User
from coachops.tenancy.scope import Scope, scope
from scheduling.models import BookingAnswer, Claim, Offering, Seat, Session
from scheduling.policies import CancelledBy
from scheduling.policies.questions import QuestionKind
from scheduling.queries.answers import answers_of
from scheduling.services.questions import add_question
from scheduling.services.seats import leave_group
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.groups_world import MONDAY_FIVE, build_circle

pytestmark = pytest.mark.django_db
CAROL = "carol@harbour.example"
PETRA = "petra@assistants.example"
SLOT = "20261126T0900Z"


def _browser(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def petra(desk: Desk) -> Browser:
    """Invited by Carol, and signed in."""
    answer = _invite(desk)
    assert answer.status_code == 302
    return _browser(User.objects.get(email=PETRA))


def _invite(desk: Desk, email: str = PETRA, **more: str):
    data = {"name": "Petra Palm", "email": email, "gets_mail": "on", **more}
    return _browser(desk.cast.carol.user).post("/portal/harbour/your-assistant/", data)


def _for_carol(desk: Desk, rest: str = "") -> str:
    return f"/portal/harbour/for-somebody/{desk.cast.carol_client.pk}/{rest}"


def test_invitation_leads_to_the_dates(desk: Desk, petra: Browser) -> None:
    drain(now=NOW)
    (letter,) = [each for each in mail.outbox if PETRA in each.to]
    assert "/portal/harbour/for-somebody/" in str(letter.body)
    assert "You look after somebody’s dates here" in petra.get(reverse("chooser")).content.decode()
    assert petra.get("/portal/harbour/for-somebody/").url == _for_carol(desk)


def test_assistant_sees_when_and_where_and_nothing_else(desk: Desk, petra: Browser) -> None:
    desk.book()
    page = " ".join(petra.get(_for_carol(desk)).content.decode().split())
    assert "Tuesday 24 November, 10:00" in page
    assert "https://rooms.example/bob" in page
    for kept in ("Executive coaching", "Session 1", "Coaching session"):
        assert kept not in page


def test_assistant_sees_when_and_where_a_group_meets_and_nothing_of_it(
    desk: Desk, petra: Browser
) -> None:
    circle = build_circle(desk.cast)
    session = circle.schedule(desk.cast.carol_client, circle.crowd[0], topic="Difficult bosses")
    circle.schedule(circle.crowd[1], at=MONDAY_FIVE + timedelta(days=1))
    page = " ".join(petra.get(_for_carol(desk)).content.decode().split())
    assert "Monday 30 November, 17:00" in page
    assert "1 December" not in page
    assert "https://rooms.example/circle" in page
    assert "Only Carol can change it." in page
    for kept in ("Difficult bosses", "Leadership circle", "Person", "Move"):
        assert kept not in page
    assert petra.get(f"/portal/harbour/groups/{session.pk}/").status_code == 404
    with scope(desk.cast.carol.scope()):
        leave_group(seat=Seat.objects.get(email=CAROL), left_by=CancelledBy.CLIENT, now=NOW)
    assert "30 November" not in petra.get(_for_carol(desk)).content.decode()


@pytest.mark.parametrize(
    "path",
    ["", "goals/", "journal/", "summaries/", "sessions/", "book/", "who-looked/", "actions/"],
)
def test_no_page_of_the_portal_opens_for_an_assistant(petra: Browser, path: str) -> None:
    assert petra.get(f"/portal/harbour/{path}").status_code == 404


def test_assistant_books_moves_and_cancels_by_the_clients_rules(desk: Desk, petra: Browser) -> None:
    petra.post(_for_carol(desk, "book/"), {"at": SLOT, "zone": "Europe/Berlin"})
    session = _only(desk)
    assert session.client == desk.cast.carol_client
    assert session.number == 1
    later = {"at": "20261127T0900Z", "zone": "Europe/Berlin"}
    petra.post(f"/portal/harbour/for-somebody/dates/{session.pk}/move/", later)
    assert _only(desk).starts_at.day == 27
    petra.post(f"/portal/harbour/for-somebody/dates/{session.pk}/cancel/")
    assert _only(desk).is_cancelled
    with scope(desk.cast.bob.scope()):
        who = Membership.objects.get(user__email=PETRA)
        trail = AuditEvent.objects.filter(event__startswith="session.")
        assert {each.actor_membership_id for each in trail} == {who.pk}


def test_time_is_kept_while_the_assistant_confirms(desk: Desk, petra: Browser) -> None:
    page = _for_carol(desk, "book/")
    held = petra.post(page, {"hold": SLOT})
    assert "This time is kept for you until" in petra.get(held["Location"]).content.decode()
    assert (
        SLOT
        not in _browser(desk.cast.carol.user)
        .get("/portal/harbour/book/?day=2026-11-26")
        .content.decode()
    )
    assert petra.post(page, {"release": "1"}).status_code == 302
    with scope(desk.cast.bob.scope()):
        assert not Claim.objects.filter(state=Claim.State.HELD).exists()


def _asks(desk: Desk, label: str) -> str:
    """Bob asks something of whoever books; the key of the question."""
    with scope(desk.cast.bob.scope()):
        add_question(
            offering=desk.coaching,
            label=label,
            kind=QuestionKind.SHORT,
            required=True,
            choices=[],
            now=NOW,
        )
        key: str = Offering.objects.get(pk=desk.coaching.pk).questions[0]["key"]
    return key


def test_assistant_answers_what_they_know_and_reads_nothing(desk: Desk, petra: Browser) -> None:
    key = _asks(desk, "What is it about?")
    page = _for_carol(desk, "book/")
    assert "What is it about?" in petra.get(f"{page}?at={SLOT}").content.decode()
    answer = {"at": SLOT, "zone": "Europe/Berlin", f"answer_{key}": "The merger"}
    assert petra.post(page, answer).status_code == 302
    session = _only(desk)
    with scope(desk.cast.bob.scope()):
        assert [each.answer for each in answers_of(session.pk)] == ["The merger"]
        who = Membership.objects.get(user__email=PETRA)
    acting = Scope(
        user_id=who.user_id,
        practice_id=desk.cast.practice.pk,
        membership_id=who.pk,
        roles=frozenset(who.roles),
        confidential=True,
    )
    with scope(acting):
        assert not BookingAnswer.objects.exists()
    assert "The merger" not in petra.get(_for_carol(desk)).content.decode()


def _only(desk: Desk) -> Session:
    with scope(desk.cast.bob.scope()):
        return Session.objects.select_related("client").get()


def test_too_late_for_the_client_is_too_late_for_the_assistant(
    desk: Desk, petra: Browser, monday
) -> None:
    session = desk.book()
    monday.move_to(TUESDAY_TEN - timedelta(hours=2))
    answer = petra.post(
        f"/portal/harbour/for-somebody/dates/{session.pk}/move/",
        {"at": SLOT, "zone": "Europe/Berlin"},
    )
    assert answer.status_code == 409
    assert _only(desk).starts_at == TUESDAY_TEN


def test_assistant_may_not_touch_anybody_elses_dates(desk: Desk, petra: Browser) -> None:
    dave = desk.cast.dave_client.pk
    assert petra.get(f"/portal/harbour/for-somebody/{dave}/").status_code == 404
    assert petra.get(f"/portal/harbour/for-somebody/{dave}/book/").status_code == 404


def test_client_ends_it_at_once(desk: Desk, petra: Browser) -> None:
    carol = _browser(desk.cast.carol.user)
    page = carol.get("/portal/harbour/your-assistant/").content.decode()
    (end,) = re.findall(r'action="(/portal/harbour/your-assistant/[^"]+/end/)"', page)
    assert carol.post(end).status_code == 302
    assert petra.get(_for_carol(desk)).status_code == 404
    assert _invite(desk).status_code == 302  # and can change their mind
    assert petra.get(_for_carol(desk)).status_code == 200


def test_one_person_may_look_after_several(desk: Desk, petra: Browser) -> None:
    data = {"name": "Petra Palm", "email": PETRA}
    _browser(desk.cast.dave.user).post("/portal/harbour/your-assistant/", data)
    page = petra.get("/portal/harbour/for-somebody/").content.decode()
    assert "Carol Harbour" in page
    assert "Dave Harbour" in page


def test_a_client_can_be_somebodys_assistant_too(desk: Desk) -> None:
    _invite(desk, email=desk.cast.dave.user.email, name="Dave")
    dave = _browser(desk.cast.dave.user)
    assert dave.get(_for_carol(desk)).status_code == 200
    assert dave.get("/portal/harbour/goals/").status_code == 200


def test_answers_of_an_assistant_are_kept_when_it_cannot_be_booked_any_more(
    desk: Desk, petra: Browser
) -> None:
    key = _asks(desk, "What is it about?")
    for number in (0, 1, 6, 7, 8, 9):  # all that the engagement has
        desk.book(TUESDAY_TEN + timedelta(days=number))
    answer = {"at": SLOT, "zone": "Europe/Berlin", f"answer_{key}": "The merger"}
    refused = petra.post(_for_carol(desk, "book/"), answer)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "This cannot be booked now. Ask the client or their coach." in page
    assert "The merger" in page


def test_nobody_is_their_own_assistant(desk: Desk) -> None:
    answer = _invite(desk, email=desk.cast.carol.user.email)
    assert answer.status_code == 422
    assert "your own address" in answer.content.decode()


def test_client_reads_the_address_they_typed_and_never_the_name_behind_it(desk: Desk) -> None:
    _invite(desk, email=desk.cast.dave.user.email, name="Somebody")
    page = _browser(desk.cast.carol.user).get("/portal/harbour/your-assistant/").content.decode()
    assert "dave@harbour.example" in page
    assert "Dave Harbour" not in page
    assert ">DH<" not in page  # nor the initials
    drain(now=NOW)
    assert {address for letter in mail.outbox for address in letter.to} == {"dave@harbour.example"}


def test_five_a_day_can_be_invited_and_ended_ones_count(desk: Desk, monday) -> None:
    carol = _browser(desk.cast.carol.user)
    for number in range(5):
        assert _invite(desk, email=f"p{number}@assistants.example").status_code == 302
        page = carol.get("/portal/harbour/your-assistant/").content.decode()
        carol.post(*re.findall(r'action="([^"]+/end/)"', page))
    answer = _invite(desk)
    assert answer.status_code == 422
    assert "Try tomorrow" in answer.content.decode()
    assert not User.objects.filter(email=PETRA).exists()
    monday.shift(timedelta(days=1))
    assert _invite(desk).status_code == 302


def test_closed_portal_stays_closed_to_somebody_named_an_assistant(desk: Desk) -> None:
    cast = desk.cast
    with scope(cast.bob.scope()):
        end_client_access(client=cast.dave_client, by=cast.bob.membership, now=NOW)
    _invite(desk, email=cast.dave.user.email)
    dave = _browser(cast.dave.user)
    assert dave.get(_for_carol(desk)).status_code == 200
    assert dave.get("/portal/harbour/goals/").status_code == 404
    with scope(cast.bob.scope()):
        client = cast.dave_client.reload()
        assert client.membership.roles == ["delegate"]
        assert not has_portal(client)


def test_dates_are_mailed_for_as_long_as_the_client_wants(desk: Desk, petra: Browser) -> None:
    drain(now=NOW)
    mail.outbox.clear()
    desk.book()
    drain(now=NOW)
    (copy,) = [each for each in mail.outbox if PETRA in each.to]
    assert "In Carol Harbour’s calendar" in copy.subject
    assert "Executive coaching" not in str(copy.body)
    mail.outbox.clear()
    _invite(desk, gets_mail="")
    desk.book(TUESDAY_TEN + timedelta(days=1))
    drain(now=NOW)
    assert not [each for each in mail.outbox if PETRA in each.to and "calendar" in each.subject]
