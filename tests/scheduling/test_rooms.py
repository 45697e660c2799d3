"""Where a session takes place: a fixed link, a room of its own, one of the practice's rooms."""

import re
from datetime import timedelta

import pytest

from coachops.tenancy.scope import scope
from scheduling import rooms
from scheduling.models import Claim, MeetingRoom, Offering, Session
from scheduling.policies import CancelledBy
from scheduling.services.booking import SlotTaken
from scheduling.services.changes import cancel_session, move_session
from scheduling.services.meeting_rooms import add_room
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.test_pages import COACH, Visit

HOUR = timedelta(hours=1)


def _meet_in_room(desk: Desk) -> MeetingRoom:
    """Bob's and Olga's offerings share one room."""
    with scope(desk.cast.alice.scope()):
        room = add_room(
            name="Blue room", join_url="https://rooms.example/blue", address="", now=NOW
        )
        Offering.objects.update(room=room, video=Offering.Video.ROOM)
        desk.coaching.refresh_from_db()
    return room


def _claims(desk: Desk, session: Session) -> dict[object, tuple[object, str]]:
    with scope(desk.cast.bob.scope()):
        found = Claim.objects.filter(session=session)
        return {each.resource_id: (each.starts_at, each.state) for each in found}


def test_each_session_has_a_room_that_nobody_can_guess(desk: Desk) -> None:
    with scope(desk.cast.bob.scope()):
        Offering.objects.update(video=Offering.Video.OWN)
    links = {desk.book(TUESDAY_TEN + 3 * HOUR * number).place_details for number in range(2)}
    assert len(links) == 2
    for link in links:
        assert re.fullmatch(r"https://meet\.jit\.si/[\w-]{20}", link)


def test_a_link_stays_when_the_offering_changes(desk: Desk) -> None:
    session = desk.book()
    with scope(desk.cast.bob.scope()):
        Offering.objects.update(place_details="https://rooms.example/new")
    assert desk.reload(session).place_details == "https://rooms.example/bob"


def test_others_can_add_a_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "_providers", {**rooms._providers})
    rooms.register_provider("tent", lambda _meeting: "https://tents.example/1")
    meeting = rooms.Meeting(fixed_link="", room_link="")
    assert rooms.meeting_link("tent", meeting) == "https://tents.example/1"
    with pytest.raises(ValueError, match="two providers"):
        rooms.register_provider("tent", lambda _meeting: "")


def test_a_room_is_taken_with_the_coach_and_is_moved_and_freed_with_the_coach(desk: Desk) -> None:
    room = _meet_in_room(desk)
    session = desk.book()
    bob = desk.cast.bob.user.pk
    assert session.place_details == "https://rooms.example/blue"
    assert set(_claims(desk, session)) == {bob, room.pk}
    later = TUESDAY_TEN + timedelta(days=1)
    with scope(desk.cast.carol.scope()):
        move_session(session=session, starts_at=later, now=NOW)
    assert set(_claims(desk, session).values()) == {(later, "confirmed")}
    with scope(desk.cast.carol.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.CLIENT, now=NOW)
    assert {state for _at, state in _claims(desk, session).values()} == {"released"}


def test_a_room_in_use_is_not_offered_and_moving_into_it_keeps_both_claims(desk: Desk) -> None:
    room = _meet_in_room(desk)
    session = desk.book()
    busy = TUESDAY_TEN + timedelta(days=1)
    with scope(desk.cast.bob.scope()):
        Claim.objects.create(
            resource_id=room.pk, starts_at=busy, ends_at=busy + HOUR, state=Claim.State.CONFIRMED
        )
    assert busy not in desk.free(desk.coaching, busy - HOUR)
    with scope(desk.cast.bob.scope()), pytest.raises(SlotTaken):
        move_session(session=session, starts_at=busy, now=NOW, by_coach=True)
    assert set(_claims(desk, session).values()) == {(TUESDAY_TEN, "confirmed")}


def test_owners_and_assistants_keep_the_rooms_coaches_do_not(desk: Desk, visit: Visit) -> None:
    page = f"{COACH}rooms/"
    vera = visit(desk.cast.vera)
    assert vera.post(page, {"name": "Garden", "address": ""}).status_code == 422
    assert vera.post(page, {"name": "Garden", "address": "14 Elm Lane"}).status_code == 302
    assert vera.post(page, {"name": "garden", "address": "x"}).status_code == 422
    with scope(desk.cast.alice.scope()):
        room = MeetingRoom.objects.get()
    alice = visit(desk.cast.alice)
    assert alice.get(f"{page}{room.pk}/").status_code == 200
    alice.post(f"{page}{room.pk}/", {"archive": "1"})
    assert "Archived" in alice.get(page).content.decode()
    assert visit(desk.cast.bob).get(page).status_code == 404
    assert visit(desk.cast.mallory).get(f"/coach/lagoon/rooms/{room.pk}/").status_code == 404
