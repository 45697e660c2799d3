"""Moving, cancelling and settling, and what the ledger and the outbox hear of it."""

from datetime import timedelta

import pytest

from coachops.outbox.models import Message
from coachops.tenancy.scope import scope
from programs.queries.ledger import balances
from scheduling.models import Claim, Offering, Session
from scheduling.policies import CancelledBy, Refusal, Refused, WaiverReason
from scheduling.services.booking import SlotTaken
from scheduling.services.changes import cancel_session, move_session
from scheduling.services.outcomes import confirm_outcome
from scheduling.signals import session_settled
from tests.cast import Cast
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk, build_desk

LATER = TUESDAY_TEN + timedelta(hours=4)


def _left(desk: Desk) -> int:
    engagement = desk.cast.carol_engagement.pk
    with scope(desk.cast.bob.scope()):
        return balances([engagement])[engagement].left


def _keys(desk: Desk, *, state: str = "pending", kind: str = "scheduling.reminder") -> list[str]:
    with scope(desk.cast.bob.scope()):
        rows = Message.objects.filter(state=state, kind=kind).order_by("due_at")
        return [row.key.partition(":")[2].partition(":")[2] for row in rows]


def test_moving_keeps_the_session_the_claim_and_the_uid(desk: Desk) -> None:
    before = desk.book()
    with scope(desk.cast.carol.scope()):
        claim = Claim.objects.get(session=before)
        after = move_session(session=before, starts_at=LATER, now=NOW)
        assert after.pk == before.pk
        assert (after.starts_at, after.calendar_sequence) == (LATER, 1)
        assert after.calendar_uid == before.calendar_uid
        assert after.revised_at > before.revised_at
        assert Claim.objects.get().pk == claim.pk
        assert Claim.objects.get().starts_at == LATER
    assert TUESDAY_TEN in desk.free(desk.coaching, TUESDAY_TEN)


def test_a_session_may_move_into_its_own_shadow(desk: Desk) -> None:
    session = desk.book()
    half_an_hour = TUESDAY_TEN + timedelta(minutes=30)
    with scope(desk.cast.carol.scope()):
        assert move_session(session=session, starts_at=half_an_hour, now=NOW).starts_at == (
            half_an_hour
        )


def test_moving_onto_another_session_keeps_the_old_time(desk: Desk) -> None:
    session, other = desk.book(), desk.book(LATER)
    with scope(desk.cast.bob.scope()):
        with pytest.raises(SlotTaken) as refused:
            move_session(session=session, starts_at=other.starts_at, now=NOW, by_coach=True)
        assert len(refused.value.alternatives) == 3
    assert desk.reload(session).starts_at == TUESDAY_TEN


def test_inside_the_change_notice_only_the_coach_moves(desk: Desk) -> None:
    session = desk.book()
    late = TUESDAY_TEN - timedelta(hours=3)
    with scope(desk.cast.carol.scope()):
        with pytest.raises(Refused) as refused:
            move_session(session=session, starts_at=LATER, now=late)
        assert refused.value.reason is Refusal.TOO_LATE
    with scope(desk.cast.bob.scope()):
        move_session(session=session, starts_at=LATER, now=late, by_coach=True)
    assert desk.reload(session).starts_at == LATER


@pytest.mark.parametrize(
    ("by", "hours_before", "forfeits", "outcome", "left"),
    [
        (CancelledBy.CLIENT, 24, True, "", 6),
        (CancelledBy.CLIENT, 23, True, "late_cancel", 5),
        (CancelledBy.CLIENT, 23, False, "late_cancel", 6),
        (CancelledBy.COACH, 1, True, "coach_cancelled", 6),
        (CancelledBy.COACH, 48, True, "coach_cancelled", 6),
    ],
)
def test_who_cancels_when_decides_what_it_costs(
    desk: Desk, by: CancelledBy, hours_before: int, forfeits: bool, outcome: str, left: int
) -> None:
    session = desk.book()
    with scope(desk.cast.bob.scope()):
        Offering.objects.update(late_cancellation_forfeits=forfeits)
        cancelled = cancel_session(
            session=session, cancelled_by=by, now=TUESDAY_TEN - timedelta(hours=hours_before)
        )
    assert (cancelled.state, cancelled.outcome) == ("cancelled", outcome)
    assert _left(desk) == left
    assert TUESDAY_TEN in desk.free(desk.coaching, TUESDAY_TEN)


def test_with_nothing_left_a_late_cancellation_forfeits_nothing(cast: Cast) -> None:
    """The first session was given back, the second booked, then the first was held after all."""
    desk = build_desk(cast, sessions=1)
    first, after = desk.book(), TUESDAY_TEN + timedelta(hours=2)
    with scope(cast.bob.scope()):
        confirm_outcome(session=first, outcome="coach_cancelled", reason="", now=after)
    second = desk.book(TUESDAY_TEN + timedelta(days=2), now=after)
    with scope(cast.bob.scope()):
        confirm_outcome(session=first, outcome="held", reason="", now=after)
    with scope(cast.carol.scope()):
        late = second.starts_at - timedelta(hours=3)
        cancelled = cancel_session(session=second, cancelled_by=CancelledBy.CLIENT, now=late)
    assert (cancelled.state, cancelled.outcome) == ("cancelled", "")
    assert desk.reload(second).outcome == ""
    assert _left(desk) == 0


def test_cancelling_twice_sends_one_revision(desk: Desk) -> None:
    session = desk.book()
    with scope(desk.cast.carol.scope()):
        for _ in range(2):
            cancelled = cancel_session(session=session, cancelled_by=CancelledBy.CLIENT, now=NOW)
        assert cancelled.calendar_sequence == 1
        assert Message.objects.filter(kind="scheduling.cancelled").count() == 2


def test_a_session_that_has_begun_cannot_be_cancelled_or_moved(desk: Desk) -> None:
    session = desk.book()
    with scope(desk.cast.bob.scope()):
        for act in (
            lambda: cancel_session(
                session=session, cancelled_by=CancelledBy.COACH, now=TUESDAY_TEN
            ),
            lambda: move_session(session=session, starts_at=LATER, now=TUESDAY_TEN, by_coach=True),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.reason is Refusal.STARTED


def test_reminders_are_planned_retimed_and_dropped(desk: Desk) -> None:
    session = desk.book()
    assert _keys(desk) == ["2880:0", "120:0"]
    with scope(desk.cast.carol.scope()):
        move_session(session=session, starts_at=LATER, now=NOW)
    assert _keys(desk) == ["2880:1", "120:1"]
    with scope(desk.cast.carol.scope()):
        move_session(session=session, starts_at=TUESDAY_TEN, now=NOW)
    assert _keys(desk) == ["2880:2", "120:2"]
    with scope(desk.cast.carol.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.CLIENT, now=NOW)
    assert _keys(desk) == []


def test_a_reminder_that_would_be_late_already_is_never_planned(desk: Desk) -> None:
    desk.book(now=TUESDAY_TEN - timedelta(hours=30))
    assert _keys(desk) == ["120:0"]


@pytest.mark.parametrize(
    ("outcomes", "left"),
    [
        (["held"], 5),
        (["no_show"], 5),
        (["late_cancel"], 5),
        (["coach_cancelled"], 6),
        (["waived"], 6),
        (["held", "held"], 5),
        (["held", "waived"], 6),
        (["no_show", "coach_cancelled"], 6),
        (["waived", "held"], 5),
        (["late_cancel", "held", "waived"], 6),
    ],
)
def test_the_ledger_follows_the_outcome(desk: Desk, outcomes: list[str], left: int) -> None:
    session = desk.book()
    after = TUESDAY_TEN + timedelta(hours=2)
    with scope(desk.cast.bob.scope()):
        for outcome in outcomes:
            confirm_outcome(
                session=session, outcome=outcome, reason=WaiverReason.GOODWILL, now=after
            )
    assert _left(desk) == left


def test_a_late_cancellation_can_be_waived_afterwards(desk: Desk) -> None:
    session = desk.book()
    with scope(desk.cast.carol.scope()):
        cancel_session(
            session=session,
            cancelled_by=CancelledBy.CLIENT,
            now=TUESDAY_TEN - timedelta(hours=2),
        )
    assert _left(desk) == 5
    with scope(desk.cast.bob.scope()):
        waived = confirm_outcome(
            session=session, outcome="waived", reason=WaiverReason.UNFORESEEN, now=TUESDAY_TEN
        )
    assert (waived.state, waived.outcome_reason, _left(desk)) == ("cancelled", "unforeseen", 6)


def test_a_waiver_needs_a_reason_and_a_future_session_has_no_outcome(desk: Desk) -> None:
    session = desk.book()
    with scope(desk.cast.bob.scope()):
        with pytest.raises(Refused, match="no_reason"):
            confirm_outcome(session=session, outcome="waived", reason="ill", now=TUESDAY_TEN)
        with pytest.raises(Refused, match="not_over"):
            confirm_outcome(session=session, outcome="held", reason="", now=NOW)


def test_the_apps_above_hear_of_an_outcome_once(desk: Desk) -> None:
    session = desk.book()
    heard: list[tuple[object, str]] = []

    def listen(session: Session, outcome: str, **_facts: object) -> None:
        heard.append((session.pk, outcome))

    session_settled.connect(listen)
    try:
        with scope(desk.cast.bob.scope()):
            for _ in range(2):
                confirm_outcome(session=session, outcome="held", reason="", now=LATER)
    finally:
        session_settled.disconnect(listen)
    assert heard == [(session.pk, "held")]
