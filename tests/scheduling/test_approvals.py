"""Offerings that ask their coach first: kept, answered, or declined in good time."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client as Browser

from coachops.outbox.engine import drain
from coachops.outbox.models import Message
from coachops.practices.models import SignedLink
from coachops.practices.services.members import end_membership
from coachops.tenancy.scope import scope
from programs.queries.ledger import balances
from scheduling.models import Claim, Offering, Session
from scheduling.policies import CancelledBy, Refusal, Refused
from scheduling.queries.sessions import sessions_of_coach, upcoming_of_client
from scheduling.queries.standing import bookable_counts
from scheduling.services.approvals import approve_request, decline_request, decline_unanswered
from scheduling.services.changes import cancel_session, move_session
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.test_pages import COACH, PORTAL, Visit


@pytest.fixture
def asking(desk: Desk) -> Desk:
    with scope(desk.cast.bob.scope()):
        Offering.objects.update(needs_approval=True)
        desk.coaching.refresh_from_db()
    return desk


def _state(desk: Desk, session: Session) -> tuple[str, str]:
    found = desk.reload(session)
    return found.state, found.cancelled_by


def test_a_request_keeps_the_time_and_is_not_booked_yet(asking: Desk) -> None:
    session = asking.book()
    assert _state(asking, session) == ("requested", "")
    assert TUESDAY_TEN not in asking.free(asking.coaching, TUESDAY_TEN)
    engagement = asking.cast.carol_engagement.pk
    with scope(asking.cast.bob.scope()):
        assert sessions_of_coach(asking.cast.bob.membership.pk, NOW, NOW + timedelta(60)) == []
        assert upcoming_of_client(asking.cast.carol_client.pk, NOW) == []
        assert balances([engagement])[engagement].used == 0
        assert bookable_counts([engagement]) == {engagement: 5}
        kinds = set(Message.objects.values_list("kind", flat=True))
    assert kinds == {"scheduling.requested", "scheduling.unanswered"}


def test_yes_books_it_with_its_invitations(asking: Desk) -> None:
    session = asking.book()
    with scope(asking.cast.bob.scope()):
        for _ in range(2):
            approve_request(session=session, now=NOW)
        sent = Message.objects.filter(kind="scheduling.confirmed")
        assert sent.count() == 2
        assert Message.objects.get(kind="scheduling.unanswered").state == "cancelled"
    assert _state(asking, session) == ("booked", "")


def test_no_frees_the_time_and_counts_as_nothing(asking: Desk) -> None:
    session = asking.book()
    with scope(asking.cast.bob.scope()):
        decline_request(session=session, now=NOW)
        with pytest.raises(Refused) as refused:
            approve_request(session=session, now=NOW)
        ended = Message.objects.get(kind="scheduling.request_ended")
    assert refused.value.reason is Refusal.ALREADY_ANSWERED
    assert ended.payload["reader"] == "booker"
    assert _state(asking, session) == ("cancelled", "coach")
    assert TUESDAY_TEN in asking.free(asking.coaching, TUESDAY_TEN)
    assert asking.reload(session).outcome == ""


def test_the_booker_takes_it_back_even_late_and_it_counts_as_nothing(asking: Desk) -> None:
    session = asking.book()
    with scope(asking.cast.carol.scope()):
        late = TUESDAY_TEN - timedelta(hours=3)
        cancel_session(session=session, cancelled_by=CancelledBy.CLIENT, now=late)
        ended = Message.objects.get(kind="scheduling.request_ended")
    assert ended.payload["reader"] == "coach"
    assert _state(asking, session) == ("cancelled", "client")
    assert asking.reload(session).outcome == ""


def test_a_request_is_not_moved_but_asked_again(asking: Desk) -> None:
    session = asking.book()
    with scope(asking.cast.carol.scope()), pytest.raises(Refused) as refused:
        move_session(session=session, starts_at=TUESDAY_TEN + timedelta(days=1), now=NOW)
    assert refused.value.reason is Refusal.NOT_ANSWERED


def test_silence_is_a_no_two_hours_before(asking: Desk, monday: time_machine.Traveller) -> None:
    session = asking.book()
    for minutes, state in ((121, ("requested", "")), (120, ("cancelled", "nobody"))):
        moment = TUESDAY_TEN - timedelta(minutes=minutes)
        monday.move_to(moment)
        drain(now=moment)
        assert _state(asking, session) == state
    drain(now=moment)
    told = {letter.to[0]: letter.body for letter in mail.outbox[-2:]}
    assert "could not answer in time" in told[asking.cast.carol.user.email]
    assert "You did not answer" in told[asking.cast.bob.user.email]


def test_an_answered_request_is_left_alone(asking: Desk) -> None:
    session = asking.book()
    with scope(asking.cast.bob.scope()):
        approve_request(session=session, now=NOW)
        decline_unanswered(session_id=session.pk, now=NOW)
        assert Claim.objects.get(session=session).state == "confirmed"


def test_a_request_is_declined_also_when_its_time_has_come_and_gone(asking: Desk) -> None:
    session = asking.book()
    with scope(asking.cast.bob.scope()):
        decline_unanswered(session_id=session.pk, now=TUESDAY_TEN + timedelta(hours=1))
    assert _state(asking, session) == ("cancelled", "nobody")


def test_the_coach_s_own_booking_asks_nobody(asking: Desk, visit: Visit) -> None:
    address = f"{COACH}clients/{asking.cast.carol_client.pk}/book/?offering={asking.coaching.pk}"
    data = {"at": "20261124T0900Z", "zone": "Europe/Berlin", "booking_key": str(uuid4())}
    assert visit(asking.cast.vera).post(address, data).status_code == 302
    with scope(asking.cast.bob.scope()):
        session = Session.objects.get()
    assert session.state == "booked"
    assert session.booked_by_id == asking.cast.vera.membership.pk


@pytest.mark.parametrize(("step", "words"), [("approve", "Booked:"), ("decline", "Tue")])
def test_what_a_yes_or_a_no_sends_is_read_before(
    asking: Desk, visit: Visit, step: str, words: str
) -> None:
    session, bob = asking.book(), visit(asking.cast.bob)
    drain()
    mail.outbox.clear()
    address = f"{COACH}bookings/{session.pk}/"
    page = bob.get(address).content.decode()
    assert (page.count('name="look"'), page.count(f'name="{step}" value="1"')) == (2, 1)
    looked = bob.post(address, {step: "1", "look": "1"}).content.decode()
    assert "Nothing has been sent yet" in looked
    assert asking.cast.carol.user.email in looked
    assert words in looked
    assert f'name="{step}"' in looked
    drain()
    assert (_state(asking, session), mail.outbox) == (("requested", ""), [])


def test_coach_and_assistant_answer_from_the_list_and_others_see_nothing(
    asking: Desk, visit: Visit
) -> None:
    first, second = asking.book(), asking.book(TUESDAY_TEN + timedelta(days=1))
    page = visit(asking.cast.bob).get(f"{COACH}booking-requests/").content.decode()
    assert page.count("Say yes") == 2
    assert "Asks for a time" in visit(asking.cast.bob).get(COACH).content.decode()
    visit(asking.cast.bob).post(f"{COACH}bookings/{first.pk}/", {"approve": "1"})
    visit(asking.cast.vera).post(f"{COACH}bookings/{second.pk}/", {"decline": "1"})
    assert _state(asking, first)[0] == "booked"
    assert _state(asking, second) == ("cancelled", "coach")
    for person in (asking.cast.olga, asking.cast.ines, asking.cast.mallory, asking.cast.carol):
        assert visit(person).post(f"{COACH}bookings/{first.pk}/", {}).status_code == 404
    assert _state(asking, first)[0] == "booked"


def test_the_portal_says_that_it_waits(asking: Desk, visit: Visit) -> None:
    session = asking.book()
    page = visit(asking.cast.carol).get(f"{PORTAL}sessions/{session.pk}/").content.decode()
    assert "waiting for Bob Harbour" in " ".join(page.split())
    assert "https://rooms.example/bob" not in page
    assert "Add to calendar" not in page


def test_the_coach_answers_from_the_mail(asking: Desk) -> None:
    session = asking.book()
    drain(now=NOW)
    letter = next(each for each in mail.outbox if each.to == [asking.cast.bob.user.email])
    address = next(word for word in letter.body.split() if "/l/" in word)
    page = Browser().get(address).content.decode()
    assert "asks for a time" in page
    done = Browser().post(address, {"approve": "1"}).content.decode()
    assert "It is booked" in done
    again = Browser().post(address, {"decline": "1"})
    assert again.status_code == 409
    assert _state(asking, session) == ("booked", "")
    with scope(asking.cast.bob.scope()):
        assert SignedLink.objects.filter(purpose="session.answer").count() == 1


def test_nobody_answers_for_a_coach_who_has_left(asking: Desk) -> None:
    session, bob = asking.book(), asking.cast.bob
    drain(now=NOW)
    letter = next(each for each in mail.outbox if each.to == [bob.user.email])
    address = next(word for word in letter.body.split() if "/l/" in word)
    with scope(asking.cast.alice.scope()):
        end_membership(membership=bob.membership, now=NOW)
        ended = Message.objects.get(kind="scheduling.request_ended")
        assert SignedLink.objects.get(purpose="session.answer").revoked_at == NOW
    assert ended.payload["reader"] == "booker"
    assert Browser().post(address, {"approve": "1"}).status_code == 404
    with scope(asking.cast.alice.scope()):
        SignedLink.objects.update(revoked_at=None)
        Session.objects.update(state="requested", cancelled_at=None, cancelled_by="")
    assert Browser().post(address, {"approve": "1"}).status_code == 404
    with scope(asking.cast.alice.scope()), pytest.raises(Refused) as refused:
        approve_request(session=session, now=NOW)
    assert refused.value.reason is Refusal.COACH_LEFT
