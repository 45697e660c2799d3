"""Group sessions: places, the waiting list, attendance, and what stays between two people."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.db.models import F

from clients.models import Client
from coachops.tenancy.scope import scope
from programs.queries.ledger import balances
from programs.services.ledger import open_account
from scheduling.models import Claim, Seat, Session
from scheduling.policies import CancelledBy, Refused
from scheduling.policies.groups import GroupRefusal, GroupRefused
from scheduling.queries.groups import people_to_add
from scheduling.queries.own_groups import own_group_page
from scheduling.queries.standing import bookable_counts
from scheduling.services.booking import (
    BookerClient,
    NotBookable,
    SlotTaken,
    check_is_bookable,
)
from scheduling.services.changes import cancel_session, move_session
from scheduling.services.groups import change_capacity, schedule_group
from scheduling.services.outcomes import confirm_outcome
from scheduling.services.seats import join_group, leave_group, settle_seat, settle_the_rest
from tests.cast import Cast
from tests.scheduling.conftest import NOW, Desk
from tests.scheduling.groups_world import MONDAY_FIVE, Circle, build_circle

AFTER = MONDAY_FIVE + timedelta(hours=2)
TOO_LATE = MONDAY_FIVE - timedelta(hours=3)


@pytest.fixture
def circle(cast: Cast) -> Circle:
    return build_circle(cast, make_ups=1)


def _seat(circle: Circle, session: Session, number: int) -> Seat:
    with scope(circle.cast.bob.scope()):
        return Seat.objects.get(session=session, client=circle.crowd[number])


def _leave(circle: Circle, session: Session, number: int, now=NOW, by=CancelledBy.CLIENT) -> Seat:
    seat = _seat(circle, session, number)
    with scope(circle.cast.bob.scope()):
        return leave_group(seat=seat, left_by=by, now=now)


def _refusal(circle: Circle, *roster, **more) -> GroupRefusal:
    with pytest.raises(GroupRefused) as refused:
        circle.schedule(*roster, **more)
    with scope(circle.cast.bob.scope()):
        assert not Session.objects.exists()
        assert not Claim.objects.exists()
    return refused.value.reason


def test_a_group_is_one_session_with_one_claim_and_a_place_for_each(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:2], topic="Delegating")
    assert (session.client_id, session.capacity, session.taken) == (None, 3, 2)
    assert circle.names(session) == ["Person 00 Secretname", "Person 01 Secretname"]
    with scope(circle.cast.bob.scope()):
        assert Claim.objects.get().session_id == session.pk


def test_the_same_key_schedules_once(circle: Circle) -> None:
    key = uuid4()
    with scope(circle.cast.bob.scope()):
        first, second = (
            schedule_group(
                offering=circle.offering,
                starts_at=MONDAY_FIVE,
                roster=circle.crowd[:1],
                booking_key=key,
                now=NOW,
            )
            for _ in range(2)
        )
    assert first == second


def test_what_cannot_be_scheduled_leaves_nothing(circle: Circle) -> None:
    assert _refusal(circle, *circle.crowd[:4]) == GroupRefusal.ROSTER_TOO_LARGE
    assert _refusal(circle, at=NOW - timedelta(hours=1)) == GroupRefusal.IN_THE_PAST
    assert _refusal(circle, capacity=1) == GroupRefusal.NOT_A_GROUP
    assert _refusal(circle, circle.cast.erin_client) == GroupRefusal.NOT_A_CLIENT


def test_another_coachs_client_gets_no_place(circle: Circle) -> None:
    with scope(circle.cast.bob.scope()):
        stranger = circle.crowd[0]
        stranger.archived_at = NOW
        stranger.save()
    assert _refusal(circle, stranger) == GroupRefusal.ARCHIVED


def test_an_individual_offering_is_no_group(circle: Circle, desk: Desk) -> None:
    with scope(circle.cast.bob.scope()), pytest.raises(GroupRefused):
        schedule_group(
            offering=desk.coaching,
            starts_at=MONDAY_FIVE,
            roster=[],
            booking_key=uuid4(),
            now=NOW,
        )


def test_a_group_offering_is_not_booked_like_a_session(circle: Circle) -> None:
    booker = BookerClient(circle.cast.carol_client, circle.cast.carol_engagement)
    with scope(circle.cast.bob.scope()), pytest.raises(NotBookable):
        check_is_bookable(offering=circle.offering, booker=booker, by_coach=True)


def test_a_group_and_a_session_never_overlap(circle: Circle, desk: Desk) -> None:
    desk.book(MONDAY_FIVE - timedelta(hours=1))
    with pytest.raises(SlotTaken):
        circle.schedule(at=MONDAY_FIVE - timedelta(minutes=30))


def test_whoever_finds_it_full_waits_and_moves_up_in_order(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:3])
    assert [circle.join(session, each).state for each in circle.crowd[3:5]] == ["waiting"] * 2
    _leave(circle, session, 1)
    assert circle.names(session, "waiting") == ["Person 04 Secretname"]
    assert "Person 03 Secretname" in circle.names(session)
    assert circle.reload(session).taken == 3


def test_joining_twice_is_joining_once(circle: Circle) -> None:
    session = circle.schedule()
    first, second = (circle.join(session, circle.crowd[0]) for _ in range(2))
    assert first == second
    assert circle.reload(session).taken == 1


def test_close_to_the_start_nobody_joins_or_moves_up_by_themselves(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:3])
    circle.join(session, circle.crowd[3])
    _leave(circle, session, 0, now=TOO_LATE)
    assert circle.names(session, "waiting") == ["Person 03 Secretname"]
    with pytest.raises(GroupRefused) as refused:
        circle.join(session, circle.crowd[4], now=TOO_LATE)
    assert refused.value.reason == GroupRefusal.TOO_LATE
    with scope(circle.cast.bob.scope()):
        seat = join_group(session=session, client=circle.crowd[4], now=TOO_LATE, by_coach=True)
    assert seat.state == "booked"


def test_a_free_place_goes_to_whoever_waits_before_somebody_new(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:3])
    circle.join(session, circle.crowd[3])
    _leave(circle, session, 0, now=TOO_LATE)
    assert circle.join(session, circle.crowd[4]).state == "waiting"
    assert "Person 03 Secretname" in circle.names(session)


def test_whoever_waits_moves_up_when_the_session_moves_away(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:3])
    circle.join(session, circle.crowd[3])
    _leave(circle, session, 0, now=TOO_LATE)
    with scope(circle.cast.bob.scope()):
        later = MONDAY_FIVE + timedelta(days=7)
        moved = move_session(session=session, starts_at=later, now=TOO_LATE, by_coach=True)
    assert (moved.taken, circle.names(session, "waiting")) == (3, [])


def test_the_coach_gives_whoever_waits_a_free_place_at_the_last_minute(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:3])
    for each in circle.crowd[3:5]:
        circle.join(session, each)
    _leave(circle, session, 0, now=TOO_LATE)
    waits = circle.crowd[4]
    with scope(circle.cast.bob.scope()):
        assert waits in people_to_add(session.reload(), Client.objects.all(), TOO_LATE)
        seat = join_group(session=session, client=waits, now=TOO_LATE, by_coach=True)
        assert waits not in people_to_add(session.reload(), Client.objects.all(), TOO_LATE)
    assert (seat.state, circle.reload(session).taken) == ("booked", 3)


def test_who_comes_back_gets_a_later_revision(circle: Circle) -> None:
    session = circle.schedule(circle.crowd[0])
    left = _leave(circle, session, 0)
    back = circle.join(session, circle.crowd[0])
    assert (left.calendar_sequence, back.calendar_sequence) == (1, 2)
    assert back.revised_at > left.revised_at


def test_more_places_go_to_those_who_wait(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:3])
    circle.join(session, circle.crowd[3])
    with scope(circle.cast.bob.scope()):
        assert change_capacity(session=session, capacity=5, now=NOW).taken == 4
        with pytest.raises(GroupRefused):
            change_capacity(session=session, capacity=3, now=NOW)


def test_moving_moves_everybody_and_raises_every_revision(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:2])
    later = MONDAY_FIVE + timedelta(days=1)
    with scope(circle.cast.bob.scope()):
        moved = move_session(session=session, starts_at=later, now=NOW, by_coach=True)
        assert Claim.objects.get().starts_at == moved.starts_at == later
        sequences = set(Seat.objects.values_list("calendar_sequence", flat=True))
    assert (moved.calendar_sequence, sequences) == (1, {1})


def test_a_group_is_not_moved_onto_another_session(circle: Circle, desk: Desk) -> None:
    session = circle.schedule(*circle.crowd[:2])
    desk.book(MONDAY_FIVE + timedelta(days=1, hours=-1))
    with scope(circle.cast.bob.scope()), pytest.raises(SlotTaken):
        move_session(
            session=session,
            starts_at=MONDAY_FIVE + timedelta(hours=23, minutes=30),
            now=NOW,
            by_coach=True,
        )
    assert circle.reload(session).starts_at == MONDAY_FIVE


def test_cancelling_it_takes_everybody_off_at_no_cost(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:3])
    circle.join(session, circle.crowd[3])
    with scope(circle.cast.bob.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=TOO_LATE)
        assert set(Seat.objects.values_list("state", flat=True)) == {"cancelled"}
        assert Claim.objects.get().state == Claim.State.RELEASED
    assert circle.reload(session).outcome == Session.Outcome.COACH_CANCELLED


def _left(circle: Circle) -> tuple[int, int]:
    """What Carol's ledger has left, and what she can still book."""
    key = circle.cast.carol_engagement.pk
    with scope(circle.cast.bob.scope()):
        return balances([key])[key].left, bookable_counts([key])[key]


def test_a_place_counts_where_the_coach_says_so(circle: Circle) -> None:
    cast = circle.cast
    with scope(cast.bob.scope()):
        open_account(engagement=cast.carol_engagement, sessions=2, now=NOW)
    session = circle.schedule(cast.carol_client, draws_on_ledger=True)
    assert _left(circle) == (2, 1)
    with scope(cast.bob.scope()):
        settle_the_rest(session=session, now=AFTER)
    assert _left(circle) == (1, 1)
    assert circle.reload(session).outcome == Session.Outcome.HELD


def test_a_place_that_counts_needs_a_session_that_is_left(circle: Circle) -> None:
    with scope(circle.cast.bob.scope()):
        open_account(engagement=circle.cast.carol_engagement, sessions=0, now=NOW)
    with pytest.raises(GroupRefused) as refused:
        circle.schedule(circle.cast.carol_client, draws_on_ledger=True)
    assert (refused.value.reason, refused.value.who) == (GroupRefusal.NONE_LEFT, "Carol")
    with pytest.raises(GroupRefused) as refused:
        circle.schedule(circle.crowd[0], draws_on_ledger=True)
    assert refused.value.reason == GroupRefusal.NO_ENGAGEMENT


def test_giving_up_late_forfeits_and_joining_again_gives_it_back(circle: Circle) -> None:
    cast = circle.cast
    with scope(cast.bob.scope()):
        open_account(engagement=cast.carol_engagement, sessions=2, now=NOW)
    session = circle.schedule(cast.carol_client, draws_on_ledger=True)
    with scope(cast.carol.scope()):
        left = leave_group(seat=Seat.objects.get(), left_by=CancelledBy.CLIENT, now=TOO_LATE)
    assert (left.outcome, _left(circle)) == ("late_cancel", (1, 1))
    with scope(cast.bob.scope()):
        seat = join_group(session=session, client=cast.carol_client, now=TOO_LATE, by_coach=True)
    assert (seat.outcome, _left(circle)) == ("", (2, 1))


def _remove_carol(circle: Circle, session: Session) -> None:
    with scope(circle.cast.bob.scope()):
        seat = Seat.objects.get(session=session, client=circle.cast.carol_client)
        leave_group(seat=seat, left_by=CancelledBy.COACH, now=AFTER - timedelta(days=3))


def test_whoever_was_taken_off_does_not_use_their_last_session_twice(circle: Circle) -> None:
    carol = circle.cast.carol_client
    with scope(circle.cast.bob.scope()):
        open_account(engagement=circle.cast.carol_engagement, sessions=1, now=NOW)
    first = circle.schedule(carol, draws_on_ledger=True)
    _remove_carol(circle, first)
    circle.schedule(carol, at=MONDAY_FIVE + timedelta(days=7), draws_on_ledger=True)
    with pytest.raises(GroupRefused) as refused:
        circle.join(first, carol)
    assert refused.value.reason == GroupRefusal.NONE_LEFT


def test_a_make_up_is_not_used_twice_by_coming_back(circle: Circle) -> None:
    carol = circle.cast.carol_client
    with scope(circle.cast.bob.scope()):
        open_account(engagement=circle.cast.carol_engagement, sessions=1, now=NOW)
    circle.schedule(carol, at=MONDAY_FIVE - timedelta(days=7), draws_on_ledger=True)
    earlier = MONDAY_FIVE - timedelta(days=6)
    with scope(circle.cast.bob.scope()):
        settle_seat(seat=Seat.objects.get(), outcome="no_show", reason="", now=earlier)
    first, second = (
        circle.schedule(
            at=MONDAY_FIVE + timedelta(days=7 * week), now=earlier, draws_on_ledger=True
        )
        for week in range(2)
    )
    assert circle.join(first, carol, now=earlier).makes_up_for
    _remove_carol(circle, first)
    assert circle.join(second, carol, now=earlier).makes_up_for
    with pytest.raises(GroupRefused) as refused:
        circle.join(first, carol, now=earlier)
    assert refused.value.reason == GroupRefusal.NONE_LEFT


def test_attendance_is_kept_for_each_person(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:3])
    with scope(circle.cast.bob.scope()):
        settle_seat(
            seat=_seat(circle, session, 1), outcome=Session.Outcome.NO_SHOW, reason="", now=AFTER
        )
        assert session.reload().outcome == ""
        settle_the_rest(session=session, now=AFTER)
        outcomes = list(Seat.objects.order_by("asked_at", "pk").values_list("outcome", flat=True))
    assert outcomes == ["held", "no_show", "held"]
    assert circle.reload(session).outcome == "held"


def test_attendance_before_the_start_and_a_waiver_without_a_reason_are_refused(
    circle: Circle,
) -> None:
    session = circle.schedule(circle.crowd[0])
    seat = _seat(circle, session, 0)
    with scope(circle.cast.bob.scope()):
        with pytest.raises(Refused):
            settle_seat(seat=seat, outcome=Session.Outcome.HELD, reason="", now=NOW)
        with pytest.raises(Refused):
            settle_seat(seat=seat, outcome=Session.Outcome.WAIVED, reason="", now=AFTER)


def test_one_answer_for_the_session_is_an_answer_for_everybody(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:2])
    with scope(circle.cast.bob.scope()):
        settled = confirm_outcome(
            session=session, outcome=Session.Outcome.COACH_CANCELLED, reason="", now=AFTER
        )
    assert settled.outcome == Session.Outcome.COACH_CANCELLED


def test_a_session_that_nobody_was_booked_for_can_be_closed(circle: Circle) -> None:
    session = circle.schedule()
    with scope(circle.cast.bob.scope()):
        settle_the_rest(session=session, now=AFTER)
    assert circle.reload(session).outcome == Session.Outcome.COACH_CANCELLED


def test_a_missed_session_is_made_up_once_on_another_date(circle: Circle) -> None:
    cast = circle.cast
    with scope(cast.bob.scope()):
        open_account(engagement=cast.carol_engagement, sessions=1, now=NOW)
    missed = circle.schedule(cast.carol_client, draws_on_ledger=True)
    with scope(cast.bob.scope()):
        settle_seat(seat=Seat.objects.get(), outcome="no_show", reason="", now=AFTER)
    second = circle.schedule(at=MONDAY_FIVE + timedelta(days=7), now=AFTER, draws_on_ledger=True)
    seat = circle.join(second, cast.carol_client, now=AFTER)
    assert seat.makes_up_for.session_id == missed.pk
    assert _left(circle) == (0, 0)
    with scope(cast.bob.scope()):
        settle_seat(seat=seat, outcome="no_show", reason="", now=AFTER + timedelta(days=7))
    third = circle.schedule(at=MONDAY_FIVE + timedelta(days=14), now=AFTER, draws_on_ledger=True)
    with pytest.raises(GroupRefused) as refused:
        circle.join(third, cast.carol_client, now=AFTER)
    assert refused.value.reason == GroupRefusal.NONE_LEFT


def test_others_are_first_names_and_only_to_those_who_share_the_session(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:3])
    with scope(circle.cast.carol.scope()):
        inside = own_group_page(session, circle.crowd[0], NOW)
        outside = own_group_page(session, circle.crowd[4], NOW)
    assert inside.with_whom == ("Person01", "Person02")
    assert outside.with_whom == ()


def test_the_database_refuses_one_place_too_many(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:3])
    with scope(circle.cast.bob.scope()), pytest.raises(IntegrityError):
        Session.objects.filter(pk=session.pk).update(taken=F("taken") + 1)
