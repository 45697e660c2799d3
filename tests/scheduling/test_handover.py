"""When a coach leaves or hands over: what is booked finds somebody, or somebody finds out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest
from django.core import mail
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from clients.models import CoachAssignment
from clients.services.assignments import assign_coach, end_assignment
from coachops.outbox.engine import drain
from coachops.pages.queries.attention import needs_of
from coachops.pages.queries.needs import Need
from coachops.practices.services.members import end_membership
from coachops.tenancy.scope import scope
from programs.queries.ledger import balances
from scheduling.models import Claim, Offering, Poll, Session
from scheduling.policies import CancelledBy, Refusal, Refused
from scheduling.services.changes import cancel_session, move_session
from scheduling.services.handover import hand_over_session
from scheduling.services.meeting_rooms import add_room
from scheduling.services.offerings import create_offering
from tests.cast import Person
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.three_ways import ask

type Visit = Callable[[Person], Browser]

COACH_LOCK: Final = "pg_advisory_xact_lock"
BERLIN_EIGHT = TUESDAY_TEN - timedelta(hours=2)


@pytest.fixture
def olgas(desk: Desk) -> Offering:
    """Olga coaches too, nine to five, from her own room."""
    with scope(desk.cast.alice.scope()):
        return create_offering(
            coach=desk.cast.olga.membership,
            name="Session with Olga",
            kind=Offering.Kind.INDIVIDUAL,
            bookers=Offering.Bookers.CLIENTS,
            now=NOW,
            place_details="https://rooms.example/olga",
        )


def bob_leaves(desk: Desk) -> None:
    with scope(desk.cast.alice.scope()):
        end_membership(membership=desk.cast.bob.membership, now=NOW)


def olga_comes(desk: Desk) -> None:
    """Alice assigns her, and what is booked follows."""
    assign_olga(desk)
    drain(now=NOW)


def assign_olga(desk: Desk) -> None:
    alice = desk.cast.alice
    with scope(alice.scope()):
        assign_coach(
            client=desk.cast.carol_client,
            coach=desk.cast.olga.membership,
            by=alice.membership,
            now=NOW,
        )


def olga_comes_for_bob(desk: Desk) -> None:
    bob_leaves(desk)
    olga_comes(desk)


def taken_for(session: Session, desk: Desk) -> set[UUID]:
    """Whose and which room's time the session has."""
    with scope(desk.cast.alice.scope()):
        held = Claim.objects.filter(session=session, state=Claim.State.CONFIRMED)
        return set(held.values_list("resource_id", flat=True))


def needs(desk: Desk) -> list[Need]:
    with scope(desk.cast.alice.scope()):
        found = needs_of([], practice_slug="harbour", now=NOW, is_owner=True)
    return list(found)


def kinds(desk: Desk) -> list[tuple[str, str]]:
    return sorted((need.kind, need.who) for need in needs(desk))


def letters() -> dict[str, mail.EmailMultiAlternatives]:
    """Those that bring something for a calendar, by who gets them."""
    mail.outbox.clear()
    drain(now=NOW)
    return {
        letter.to[0].partition("@")[0]: letter for letter in mail.outbox if calendars_in(letter)
    }


def calendars_in(letter: mail.EmailMultiAlternatives) -> list[str]:
    return [each.content for each in letter.alternatives if "calendar" in each.mimetype]


def event(letter: mail.EmailMultiAlternatives) -> tuple[str, str, int]:
    calendar = Calendar.from_ical(calendars_in(letter)[0])
    found = calendar.walk("VEVENT")[0]
    return str(calendar["METHOD"]), str(found["UID"]), int(found["SEQUENCE"])


def test_who_left_coaches_nobody_and_the_owner_is_asked(desk: Desk, visit: Visit) -> None:
    session, _guest = desk.book(), desk.book_guest(TUESDAY_TEN + timedelta(hours=3))
    bob_leaves(desk)
    with scope(desk.cast.alice.scope()):
        ends = CoachAssignment.objects.filter(coach=desk.cast.bob.membership)
        assert {row.ended_on for row in ends} == {NOW.date()}
    carol, dave = desk.cast.carol_client.name, desk.cast.dave_client.name
    assert kinds(desk) == [
        ("coachless", dave),
        ("handover", carol),
        ("handover", "Gina Guest"),
    ]
    page = visit(desk.cast.alice).get("/coach/harbour/").content.decode()
    assert f"/sessions/{session.pk}/hand-over/" in page


def test_the_next_coach_takes_over_what_they_are_free_for(desk: Desk, olgas: Offering) -> None:
    session = desk.book()
    letters()
    bob_leaves(desk)
    assign_olga(desk)
    told = letters()
    after = desk.reload(session)
    assert (after.coach_id, after.offering_id) == (desk.cast.olga.membership.pk, olgas.pk)
    assert (after.starts_at, after.calendar_uid) == (session.starts_at, session.calendar_uid)
    assert (after.number, after.place_details) == (1, "https://rooms.example/olga")
    assert "Your meeting is with Olga Harbour now." in told["carol"].body
    assert event(told["carol"]) == event(told["olga"]) == ("REQUEST", session.calendar_uid, 1)
    assert "bob" not in told
    with scope(desk.cast.alice.scope()):
        held = Claim.objects.filter(session=session, state=Claim.State.CONFIRMED)
        assert [claim.resource_id for claim in held] == [desk.cast.olga.user.pk]
        assert desk.cast.carol_engagement.reload().coach_id == desk.cast.olga.membership.pk
    assert kinds(desk) == [("coachless", desk.cast.dave_client.name)]


def test_a_coach_who_stays_loses_it_from_their_calendar(desk: Desk, olgas: Offering) -> None:
    session = desk.book()
    olga_comes(desk)
    letters()
    with scope(desk.cast.alice.scope()):
        end_assignment(
            client=desk.cast.carol_client,
            coach=desk.cast.bob.membership,
            by=desk.cast.alice.membership,
            now=NOW,
        )
    told = letters()
    assert "Olga Harbour takes over the meeting with Carol Harbour." in told["bob"].body
    assert event(told["bob"]) == ("CANCEL", session.calendar_uid, 1)
    assert event(told["carol"])[0] == "REQUEST"


def test_a_link_of_its_own_goes_along(desk: Desk, olgas: Offering) -> None:
    with scope(desk.cast.alice.scope()):
        Offering.objects.filter(pk=desk.coaching.pk).update(video=Offering.Video.OWN)
    session = desk.book()
    olga_comes_for_bob(desk)
    after = desk.reload(session)
    assert after.coach_id == desk.cast.olga.membership.pk
    assert after.place_details == session.place_details
    assert after.place_details.startswith("https://meet.jit.si/")


def test_a_link_of_its_own_goes_along_again_and_again(desk: Desk, olgas: Offering) -> None:
    cast = desk.cast
    with scope(cast.alice.scope()):
        Offering.objects.filter(pk=desk.coaching.pk).update(video=Offering.Video.OWN)
    session = desk.book()
    with scope(cast.alice.scope()):
        Offering.objects.filter(pk=desk.coaching.pk).update(video=Offering.Video.FIXED)
        for coach in (cast.olga, cast.bob):
            hand_over_session(session=desk.reload(session), coach=coach.membership, now=NOW)
            after = desk.reload(session)
            assert after.coach_id == coach.membership.pk
            assert after.place_details == session.place_details


def test_the_room_it_has_stays_taken(desk: Desk, olgas: Offering) -> None:
    with scope(desk.cast.alice.scope()):
        link = "https://rooms.example/blue"
        room = add_room(name="Blue room", join_url=link, address="", now=NOW)
        Offering.objects.update(room=room, video=Offering.Video.ROOM)
        desk.coaching.refresh_from_db()
    session = desk.book()
    olga_comes_for_bob(desk)
    after = desk.reload(session)
    assert (after.room_id, after.place_details) == (room.pk, link)
    assert taken_for(session, desk) == {desk.cast.olga.user.pk, room.pk}


def test_a_session_comes_into_the_room_of_the_next_coach(desk: Desk, olgas: Offering) -> None:
    session = desk.book()
    with scope(desk.cast.alice.scope()):
        room = add_room(name="Blue room", join_url="", address="14 Elm Lane", now=NOW)
        changes = {"room": room, "place": Offering.Place.ADDRESS}
        Offering.objects.filter(pk=olgas.pk).update(**changes)
    olga_comes_for_bob(desk)
    assert desk.reload(session).place_details == "Blue room, 14 Elm Lane"
    assert taken_for(session, desk) == {desk.cast.olga.user.pk, room.pk}


def test_a_three_way_session_goes_along_and_uses_none_of_the_engagement_up(desk: Desk) -> None:
    question = ask(desk)
    question.answer("Carol", 1)
    question.answer("Stella", 1)
    with scope(desk.cast.alice.scope()):
        create_offering(
            coach=desk.cast.olga.membership,
            name="With the sponsor",
            kind=Offering.Kind.THREE_WAY,
            bookers=Offering.Bookers.SECRET,
            now=NOW,
            duration=60,
        )
    olga_comes_for_bob(desk)
    with scope(desk.cast.alice.scope()):
        session = Session.objects.get()
        assert (session.coach_id, session.engagement_id) == (desk.cast.olga.membership.pk, None)


def test_a_three_way_session_that_the_next_coach_cannot_take_is_listed(desk: Desk) -> None:
    question, olga = ask(desk), desk.cast.olga
    question.answer("Carol", 1)
    question.answer("Stella", 1)
    olga_comes_for_bob(desk)
    with scope(olga.scope()):
        found = needs_of([olga.membership.pk], practice_slug="harbour", now=NOW, is_owner=False)
        assert ("handover", desk.cast.carol_client.name) in {
            (each.kind, each.who) for each in found
        }


def test_who_assigns_a_coach_waits_for_no_booking(desk: Desk, olgas: Offering) -> None:
    """Both lock the engagement, and a booking has the coach's lock before it."""
    desk.book()
    bob_leaves(desk)
    with CaptureQueriesContext(connection) as queries:
        assign_olga(desk)
    assert not [each for each in queries if COACH_LOCK in each["sql"]]


def test_what_the_former_coach_asks_is_withdrawn(desk: Desk) -> None:
    question = ask(desk)
    olga_comes_for_bob(desk)
    with scope(desk.cast.alice.scope()):
        assert question.poll.reload().state == Poll.State.CLOSED
        assert not Claim.objects.filter(state=Claim.State.HELD).exists()


def test_what_the_next_coach_is_not_free_for_is_listed(
    desk: Desk, olgas: Offering, visit: Visit
) -> None:
    session = desk.book()
    with scope(desk.cast.alice.scope()):
        early = {"starts_at": BERLIN_EIGHT, "ends_at": BERLIN_EIGHT + timedelta(hours=1)}
        Session.objects.filter(pk=session.pk).update(**early)
    bob_leaves(desk)
    olga_comes(desk)
    assert ("handover", desk.cast.carol_client.name) in kinds(desk)
    page = f"/coach/harbour/sessions/{session.pk}/hand-over/"
    alice = visit(desk.cast.alice)
    assert "Olga Harbour is not free at that time." in alice.get(page).content.decode()
    assert alice.post(page).status_code == 409
    with scope(desk.cast.alice.scope()):
        cancel_session(session=desk.reload(session), cancelled_by=CancelledBy.COACH, now=NOW)
        engagement = desk.cast.carol_engagement.pk
        assert balances([engagement])[engagement].left == 6
    assert ("handover", desk.cast.carol_client.name) not in kinds(desk)


def test_once_there_is_an_offering_it_is_handed_over_by_hand(desk: Desk, visit: Visit) -> None:
    session, alice = desk.book(), visit(desk.cast.alice)
    page = f"/coach/harbour/sessions/{session.pk}/hand-over/"
    bob_leaves(desk)
    assert "Nobody else coaches this client yet." in alice.get(page).content.decode()
    olga_comes(desk)
    assert "Add an offering, then hand it over." in alice.get(page).content.decode()
    with scope(desk.cast.alice.scope()):
        create_offering(
            coach=desk.cast.olga.membership,
            name="Session",
            kind=Offering.Kind.INDIVIDUAL,
            bookers=Offering.Bookers.CLIENTS,
            now=NOW,
        )
    assert "Hand it over to" in alice.get(page).content.decode()
    alice.post(page)
    assert desk.reload(session).coach_id == desk.cast.olga.membership.pk


@pytest.mark.parametrize("by_coach", [False, True])
def test_nobody_moves_a_session_to_times_of_a_coach_who_left(desk: Desk, by_coach: bool) -> None:
    session = desk.book()
    bob_leaves(desk)
    who = desk.cast.alice if by_coach else desk.cast.carol
    with scope(who.scope()), pytest.raises(Refused) as refused:
        move_session(
            session=session,
            starts_at=TUESDAY_TEN + timedelta(hours=2),
            now=NOW,
            by_coach=by_coach,
        )
    assert refused.value.reason == Refusal.COACH_LEFT


def test_the_client_reads_why_and_cancels_without_a_cost(desk: Desk, visit: Visit) -> None:
    session = desk.book()
    bob_leaves(desk)
    carol = visit(desk.cast.carol)
    page = carol.get(f"/portal/harbour/sessions/{session.pk}/move/").content.decode()
    assert "Bob no longer works here, so this session cannot be moved." in page
    late = TUESDAY_TEN - timedelta(hours=1)
    with scope(desk.cast.carol.scope()):
        cancelled = cancel_session(session=session, cancelled_by=CancelledBy.CLIENT, now=late)
        engagement = desk.cast.carol_engagement.pk
        assert balances([engagement])[engagement].left == 6
    assert cancelled.outcome == ""
