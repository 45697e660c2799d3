"""A chosen time is kept for some minutes: for one person, on one time, not for ever."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import Client as Browser

from coachops.outbox.models import Message
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Claim, Session
from scheduling.periodic import forget_holds
from scheduling.services import holds
from scheduling.services.booking import BookerClient, Details, SlotTaken, book_session
from scheduling.services.hold_ends import end_hold
from scheduling.services.holds import MOST_AT_ONCE, TooManyHolds, hold_time, release_hold
from tests.cast import Person
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.test_pages import AT, PORTAL, PUBLIC, Visit

PAGE = f"{PUBLIC}chemistry-call/"
GUEST = {"zone": "Europe/Berlin", "name": "Gina Guest", "email": "gina@new.example"}


def _hold(desk: Desk, at=TUESDAY_TEN, *, key: UUID | None = None, now=NOW, address: str = ""):
    with scope(system_scope(desk.cast.practice.pk)):
        return hold_time(
            offering=desk.chemistry,
            starts_at=at,
            details=Details(),
            hold_key=key or uuid4(),
            now=now,
            address=address,
        )


def _book_with(desk: Desk, key: UUID, *, now=NOW) -> Session:
    with scope(desk.cast.carol.scope()):
        return book_session(
            offering=desk.coaching,
            starts_at=TUESDAY_TEN,
            booker=BookerClient(desk.cast.carol_client, desk.cast.carol_engagement),
            booking_key=uuid4(),
            booker_time_zone="Europe/Berlin",
            now=now,
            details=Details(hold_key=key),
        )


def _held(desk: Desk) -> list[Claim]:
    with scope(desk.cast.bob.scope()):
        return list(Claim.objects.filter(state=Claim.State.HELD))


def test_a_held_time_is_gone_for_others_until_the_hold_is_over(desk: Desk) -> None:
    held = _hold(desk)
    assert held.expires_at == NOW + timedelta(minutes=10)
    assert TUESDAY_TEN not in desk.free(desk.coaching, TUESDAY_TEN)
    with pytest.raises(SlotTaken):
        desk.book()
    assert TUESDAY_TEN in desk.free(desk.coaching, TUESDAY_TEN, now=held.expires_at)


def test_one_key_holds_one_time_and_the_same_time_no_longer_than_once(desk: Desk) -> None:
    key = uuid4()
    first = _hold(desk, key=key)
    again = _hold(desk, key=key, now=NOW + timedelta(minutes=4))
    assert again.expires_at == first.expires_at
    later = _hold(desk, TUESDAY_TEN + timedelta(hours=2), key=key)
    assert [claim.starts_at for claim in _held(desk)] == [later.starts_at]


def test_a_hold_becomes_the_booking_and_is_in_nobody_s_own_way(desk: Desk) -> None:
    key = uuid4()
    with scope(desk.cast.carol.scope()):
        hold_time(
            offering=desk.coaching,
            starts_at=TUESDAY_TEN,
            details=Details(),
            hold_key=key,
            now=NOW,
        )
    session = _book_with(desk, key)
    with scope(desk.cast.bob.scope()):
        claim = Claim.objects.get(session=session)
        assert (claim.state, claim.expires_at, claim.hold_key) == ("confirmed", None, None)
        assert not Claim.objects.filter(state=Claim.State.HELD).exists()
        assert Message.objects.get(kind="scheduling.hold_end").state == "cancelled"


def test_a_hold_that_is_over_still_books_what_nobody_took(desk: Desk) -> None:
    held = _hold(desk)
    assert _book_with(desk, held.hold_key, now=NOW + timedelta(minutes=30)).starts_at == TUESDAY_TEN


def test_going_back_frees_the_time_at_once(desk: Desk) -> None:
    held = _hold(desk)
    with scope(system_scope(desk.cast.practice.pk)):
        release_hold(hold_key=held.hold_key)
    assert _held(desk) == []
    assert TUESDAY_TEN in desk.free(desk.coaching, TUESDAY_TEN)


def test_what_nobody_confirms_is_released_for_other_practices_too(desk: Desk) -> None:
    held = _hold(desk)
    with scope(system_scope(desk.cast.practice.pk)):
        end_hold(hold_key=held.hold_key, now=NOW + timedelta(minutes=5))
        assert len(_held(desk)) == 1
        end_hold(hold_key=held.hold_key, now=held.expires_at)
    assert _held(desk) == []


def test_one_network_holds_a_few_times_and_no_calendar(desk: Desk) -> None:
    for number in range(MOST_AT_ONCE):
        _hold(desk, TUESDAY_TEN + timedelta(minutes=30 * number), address="203.0.113.9")
    elsewhere = TUESDAY_TEN + timedelta(days=1)
    with pytest.raises(TooManyHolds):
        _hold(desk, elsewhere, address="203.0.113.9")
    assert _hold(desk, elsewhere, address="198.51.100.7").starts_at == elsewhere
    assert len(_held(desk)) == MOST_AT_ONCE + 1


def test_a_guest_chooses_a_time_sees_until_when_it_is_kept_and_books(desk: Desk) -> None:
    guest = Browser()
    chosen = guest.post(f"{PAGE}?zone=Europe/Berlin", {"hold": AT})
    assert chosen.status_code == 302
    page = guest.get(chosen["Location"]).content.decode()
    assert "This time is kept for you until 09:10." in " ".join(page.split())
    assert 'data-hold="600"' in page
    assert Browser().get(f"{PAGE}?zone=Europe/Berlin&at={AT}").content.decode().count("gone") == 0
    assert "no longer free" in Browser().get(f"{PAGE}?at={AT}").content.decode()
    done = guest.post(chosen["Location"], {**GUEST, "at": AT, "booking_key": str(uuid4())})
    assert "You are booked" in guest.get(done["Location"]).content.decode()
    assert _held(desk) == []


def test_the_time_that_somebody_else_holds_answers_409_with_others(desk: Desk) -> None:
    _hold(desk)
    answer = Browser().post(PAGE, {"hold": AT})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else is confirming that time right now." in page
    assert 'name="hold"' in page


def test_a_client_has_one_hold_wherever_they_look(
    desk: Desk, visit: Visit, monday: time_machine.Traveller
) -> None:
    def choose(person: Person, at: str) -> int:
        return visit(person).post(f"{PORTAL}book/", {"hold": at}).status_code

    assert choose(desk.cast.carol, AT) == 302
    assert choose(desk.cast.carol, "20261125T0900Z") == 302
    assert [claim.starts_at for claim in _held(desk)] == [TUESDAY_TEN + timedelta(days=1)]
    back = visit(desk.cast.carol).post(f"{PORTAL}book/?at=20261125T0900Z", {"release": "1"})
    assert back["Location"].endswith("day=2026-11-25")
    assert _held(desk) == []


def test_a_copied_key_in_the_cookie_releases_and_takes_nothing(desk: Desk) -> None:
    option = uuid4()
    _hold(desk, key=option)
    thief = Browser()
    thief.cookies["hold"] = str(option)
    thief.post(PAGE, {"release": "1"})
    assert thief.post(PAGE, {"hold": AT}).status_code == 409
    taking = {**GUEST, "at": AT, "booking_key": str(uuid4())}
    assert thief.post(PAGE, taking).status_code == 409
    assert [claim.hold_key for claim in _held(desk)] == [option]


def test_one_site_chooses_so_many_times_an_hour(
    desk: Desk, monday: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, "MOST_AN_HOUR", 3)

    def choose(number: int) -> int:
        household = Browser(REMOTE_ADDR=f"2001:db8:0:{number}::1")
        at = f"{TUESDAY_TEN + timedelta(minutes=30 * number):%Y%m%dT%H%MZ}"
        household.post(PAGE, {"hold": at})
        return len(_held(desk))

    assert [choose(number) for number in range(4)] == [1, 2, 3, 3]
    monday.move_to(NOW + timedelta(minutes=61))
    assert choose(4) == 1  # the three before are over


def test_what_was_let_go_of_is_forgotten_after_a_day(
    desk: Desk, monday: time_machine.Traveller
) -> None:
    held = _hold(desk)
    with scope(system_scope(desk.cast.practice.pk)):
        release_hold(hold_key=held.hold_key)
    session = desk.book()
    monday.move_to(NOW + timedelta(hours=23))
    assert forget_holds() == 0
    monday.move_to(NOW + timedelta(hours=25))
    assert forget_holds() == 1
    with scope(desk.cast.bob.scope()):
        assert [claim.session_id for claim in Claim.objects.all()] == [session.pk]
