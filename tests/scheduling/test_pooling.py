"""Coaches who share a chemistry call: their times together, and a fair turn for each."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from coachops.practices.models import Membership
from coachops.practices.roles import Role
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Claim, Offering, Session
from scheduling.policies.booking import Load, in_turn
from scheduling.services.availability import replace_hours
from scheduling.services.booking import BookerGuest, Details, NotBookable, SlotTaken, book_session
from scheduling.services.holds import hold_time
from scheduling.services.offerings import archive_offerings_of, share_offering
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.test_pages import AT, COACH, PUBLIC, Visit

EVENING = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


@pytest.fixture
def pool(desk: Desk) -> Desk:
    """Bob works by day, Olga by day and in the evening."""
    with scope(desk.cast.alice.scope()):
        share(desk, Offering.Pooling.ROUND_ROBIN)
        days = {day: [(9 * 60, 21 * 60)] for day in range(5)}
        replace_hours(
            coach=desk.cast.olga.membership, time_zone="Europe/Berlin", weekly=days, now=NOW
        )
    return desk


def share(desk: Desk, pooling: str) -> None:
    Offering.objects.filter(pk=desk.chemistry.pk).update(pooling=pooling)
    desk.chemistry.refresh_from_db()
    coaches = [desk.cast.bob.membership, desk.cast.olga.membership]
    share_offering(offering=desk.chemistry, coaches=coaches, now=NOW)


def _book(desk: Desk, at: datetime = TUESDAY_TEN, **details: object) -> Session:
    with scope(system_scope(desk.cast.practice.pk)):
        return book_session(
            offering=desk.chemistry,
            starts_at=at,
            booker=BookerGuest("Gina", f"gina{uuid4().hex}@new.example"),
            booking_key=uuid4(),
            booker_time_zone="UTC",
            now=NOW,
            details=Details(**details),
        )


def test_whoever_waited_longest_among_those_with_fewest_calls_is_first() -> None:
    one, two, three = uuid4(), uuid4(), uuid4()
    loads = [
        Load(one, 1, NOW - timedelta(days=9)),
        Load(two, 0, NOW - timedelta(days=1)),
        Load(three, 0, NOW - timedelta(days=3)),
    ]
    assert in_turn(loads) == [three, two, one]


def test_two_people_get_one_time_with_two_coaches_and_a_third_the_next(pool: Desk) -> None:
    first, second = _book(pool), _book(pool)
    assert {first.coach_id, second.coach_id} == {
        pool.cast.bob.membership.pk,
        pool.cast.olga.membership.pk,
    }
    with pytest.raises(SlotTaken) as refused:
        _book(pool)
    assert refused.value.alternatives


def test_calls_are_given_in_turn(pool: Desk) -> None:
    days = [TUESDAY_TEN + timedelta(days=day) for day in range(3)]
    coaches = [_book(pool, at).coach_id for at in [*days, TUESDAY_TEN + timedelta(days=6)]]
    assert coaches[0] != coaches[1]
    assert coaches[:2] == coaches[2:]


def test_the_evening_is_olga_s_whoever_s_turn_it_is(pool: Desk) -> None:
    assert _book(pool, EVENING).coach_id == pool.cast.olga.membership.pk
    later = EVENING + timedelta(days=1)
    assert _book(pool, later).coach_id == pool.cast.olga.membership.pk


def test_a_hold_takes_one_coach_s_time_and_leaves_the_other_s(pool: Desk) -> None:
    key = uuid4()
    with scope(system_scope(pool.cast.practice.pk)):
        hold_time(
            offering=pool.chemistry, starts_at=TUESDAY_TEN, details=Details(), hold_key=key, now=NOW
        )
        held = Claim.objects.get().resource_id
    other = _book(pool)
    mine = _book(pool, hold_key=key)
    assert mine.coach_id != other.coach_id
    with scope(pool.cast.alice.scope()):
        assert Claim.objects.get(session=mine).resource_id == held


def test_the_booker_chooses_between_coaches(pool: Desk, visit: Visit) -> None:
    with scope(pool.cast.alice.scope()):
        share(pool, Offering.Pooling.CHOICE)
    page = visit(pool.cast.dave).get(f"{PUBLIC}chemistry-call/").content.decode()
    assert "With whom?" in page
    assert "Olga Harbour" in page
    olga = pool.cast.olga.membership.pk
    data = {"at": AT, "zone": "UTC", "booking_key": str(uuid4()), "name": "G", "email": "g@n.de"}
    visit(pool.cast.dave).post(f"{PUBLIC}chemistry-call/?coach={olga}", data)
    with scope(pool.cast.alice.scope()):
        assert Session.objects.get().coach_id == olga


def test_a_coach_who_is_not_in_the_pool_is_not_booked(pool: Desk) -> None:
    with pytest.raises(NotBookable):
        _book(pool, coach_id=pool.cast.alice.membership.pk)


def test_the_pool_goes_on_when_its_own_coach_leaves(pool: Desk) -> None:
    with scope(pool.cast.alice.scope()):
        bob = pool.cast.bob.membership
        Membership.objects.filter(pk=bob.pk).update(ended_at=NOW)
        archive_offerings_of(coach=bob, now=NOW)
    assert {_book(pool).coach_id, _book(pool, EVENING).coach_id} == {pool.cast.olga.membership.pk}


def test_an_owner_shares_an_offering_on_its_page(desk: Desk, visit: Visit) -> None:
    alice = visit(desk.cast.alice)
    address = f"{COACH}offerings/{desk.chemistry.pk}/"
    coaches = [str(desk.cast.bob.membership.pk), str(desk.cast.olga.membership.pk)]
    fields = {
        "name": "Chemistry call",
        "kind": "chemistry",
        "bookers": "anybody",
        "duration": "30",
        "place": "video",
        "step": "30",
        "buffer_before": "0",
        "buffer_after": "0",
        "notice": "1440",
        "horizon_days": "60",
        "change_notice": "1440",
        "pooling": "round_robin",
    }
    assert alice.post(address, {**fields, "coaches": coaches[:1]}).status_code == 422
    assert alice.post(address, {**fields, "coaches": coaches}).status_code == 302
    with scope(desk.cast.alice.scope()):
        assert Role.COACH in desk.cast.olga.membership.roles
    assert _book(_reloaded(desk)).coach_id != _book(_reloaded(desk)).coach_id


def _reloaded(desk: Desk) -> Desk:
    with scope(desk.cast.alice.scope()):
        desk.chemistry.refresh_from_db()
    return desk
