"""Goals, ratings, what a sponsor may read of them, and action items."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.utils import timezone

from clients.models import Engagement
from coachops.audit.models import AuditEvent
from coachops.tenancy.scope import confidential
from scheduling.models import Session
from tests.cast import Cast, Person, practice_day
from tracking.models import ActionItem, Goal, GoalRating, GoalWording, SponsorWording
from tracking.policies.actions import NotOpen, TooManyOpen
from tracking.policies.goals import AlreadySettled, NoSponsor, NotAScore, NotYourWords
from tracking.queries.actions import open_actions, recent_actions
from tracking.queries.arc import ratings_by_session
from tracking.queries.goals import goals_of_client
from tracking.services.actions import (
    add_action,
    complete_action,
    drop_action,
    edit_action,
    reopen_action,
)
from tracking.services.goals import add_goal, reopen_goal, revise_goal, settle_goal
from tracking.services.ratings import rate_goal
from tracking.services.sponsor_wordings import hide_from_sponsor, show_to_sponsor

type Acting = Callable[[Person], AbstractContextManager[object]]

FIRST = "I want to stop being the person every decision waits for"


def _goal(person: Person, engagement: Engagement, text: str = FIRST) -> Goal:
    return add_goal(
        engagement=engagement, text=text, target=8, by=person.membership, now=timezone.now()
    )


def _rate(person: Person, goal: Goal, score: int, **more: object) -> GoalRating:
    now = more.pop("now", None) or timezone.now()
    rater = more.pop("rater", GoalRating.Rater.SELF)
    return rate_goal(goal=goal, score=score, rater=rater, by=person.membership, now=now, **more)


def test_first_words_stay_for_ever(cast: Cast, acting: Acting) -> None:
    with acting(cast.carol):
        goal = _goal(cast.carol, cast.carol_engagement)
    with acting(cast.bob):
        revise_goal(
            goal=goal,
            text="My directors decide without me",
            reason="Made measurable",
            by=cast.bob.membership,
            now=timezone.now(),
        )
        found = goals_of_client(cast.carol_client.pk)[0]
    assert found.first.text == FIRST
    assert found.current.text == "My directors decide without me"
    assert [(wording.number, wording.reason) for wording in found.wordings] == [
        (1, ""),
        (2, "Made measurable"),
    ]


def test_wordings_are_sealed_in_the_database(cast: Cast, acting: Acting) -> None:
    with acting(cast.carol), confidential():
        _goal(cast.carol, cast.carol_engagement)
        assert FIRST.encode() not in bytes(GoalWording.objects.get().sealed_text)


@pytest.mark.parametrize("name", ["olga", "dave", "mallory"])
def test_who_is_not_assigned_reads_no_wording(cast: Cast, acting: Acting, name: str) -> None:
    with acting(cast.carol):
        _goal(cast.carol, cast.carol_engagement)
    with acting(getattr(cast, name)), confidential():
        assert GoalWording.objects.count() == 0


def test_settled_goal_is_neither_rated_nor_reworded(cast: Cast, acting: Acting) -> None:
    now, by = timezone.now(), cast.carol.membership
    with acting(cast.carol):
        goal = _goal(cast.carol, cast.carol_engagement)
        settle_goal(goal=goal, state=Goal.State.REACHED, by=by, now=now)
        with pytest.raises(AlreadySettled):
            _rate(cast.carol, goal, 9)
        with pytest.raises(AlreadySettled):
            revise_goal(goal=goal, text="x", reason="y", by=by, now=now)
        reopen_goal(goal=goal, by=by, now=now)
        assert _rate(cast.carol, goal, 9).score == 9


def test_rating_again_the_same_day_corrects(cast: Cast, acting: Acting) -> None:
    noon = timezone.now().replace(hour=11, minute=0)
    with acting(cast.carol):
        goal = _goal(cast.carol, cast.carol_engagement)
        _rate(cast.carol, goal, 3, now=noon - timedelta(days=1))
        _rate(cast.carol, goal, 5, now=noon)
        _rate(cast.carol, goal, 6, now=noon + timedelta(minutes=5))
        found = goals_of_client(cast.carol_client.pk)[0]
        assert AuditEvent.objects.filter(event="goal.rating_corrected").count() == 1
    assert found.self_scores == (3, 6)
    assert (found.first_score, found.latest_score, found.progress) == (3, 6, 60)


def test_session_has_one_rating_by_each_rater(
    cast: Cast, acting: Acting, carols_session: Session
) -> None:
    with acting(cast.bob):
        goal = _goal(cast.bob, cast.carol_engagement)
        other = _goal(cast.bob, cast.carol_engagement, "Evenings that are mine")
        _rate(cast.bob, goal, 4, session=carols_session)
        _rate(cast.bob, goal, 7, session=carols_session)
        _rate(cast.bob, goal, 2, session=carols_session, rater=GoalRating.Rater.COACH)
        _rate(cast.bob, other, 6, session=carols_session)
        assert ratings_by_session(cast.carol_client.pk) == {carols_session.pk: 6.5}
        assert GoalRating.objects.count() == 3


@pytest.mark.parametrize("score", [0, 11])
def test_score_has_to_be_of_ten(cast: Cast, acting: Acting, score: int) -> None:
    with acting(cast.carol):
        goal = _goal(cast.carol, cast.carol_engagement)
        with pytest.raises(NotAScore):
            _rate(cast.carol, goal, score)


def test_client_words_the_goal_for_the_sponsor(cast: Cast, acting: Acting) -> None:
    now, by = timezone.now(), cast.carol.membership
    with acting(cast.carol):
        goal = _goal(cast.carol, cast.carol_engagement)
        show_to_sponsor(goal=goal, wording="Delegation", by=by, now=now)
        shown = goals_of_client(cast.carol_client.pk)[0]
        hide_from_sponsor(goal=goal, by=by, now=now)
        hidden = goals_of_client(cast.carol_client.pk)[0]
    assert (shown.marked_for_sponsor, shown.sponsor_wording) == (True, "Delegation")
    assert hidden.marked_for_sponsor is False


def test_coach_does_not_word_it_for_the_sponsor(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob):
        goal = _goal(cast.bob, cast.carol_engagement)
        with pytest.raises(NotYourWords):
            show_to_sponsor(goal=goal, wording="x", by=cast.bob.membership, now=timezone.now())
        assert SponsorWording.objects.count() == 0


def test_self_paying_client_has_no_sponsor_step(cast: Cast, acting: Acting) -> None:
    with acting(cast.dave):
        goal = _goal(cast.dave, cast.dave_engagement)
        with pytest.raises(NoSponsor):
            show_to_sponsor(goal=goal, wording="x", by=cast.dave.membership, now=timezone.now())


def _action(cast: Cast, text: str, due_in: int | None = None) -> ActionItem:
    today = practice_day()
    return add_action(
        engagement=cast.carol_engagement,
        text=text,
        owner=ActionItem.Owner.CLIENT,
        due_on=None if due_in is None else today + timedelta(days=due_in),
        by=cast.bob.membership,
        now=timezone.now(),
    )


def test_overdue_stands_first_and_undated_last(cast: Cast, acting: Acting) -> None:
    today, client = practice_day(), cast.carol_client.pk
    with acting(cast.bob):
        for text, due_in in (("no date", None), ("soon", 3), ("late", -4)):
            _action(cast, text, due_in)
        rows = open_actions(client, today=today)
    assert [(row.text, row.days_late) for row in rows] == [("late", 4), ("soon", 0), ("no date", 0)]


def test_done_can_be_undone_and_let_go_leaves_the_list(cast: Cast, acting: Acting) -> None:
    now, by, today = timezone.now(), cast.carol.membership, practice_day()
    client = cast.carol_client.pk
    with acting(cast.carol):
        item = _action(cast, "write to Ingrid")
        complete_action(action=item, by=by, now=now)
        assert [row.is_done for row in recent_actions(client, today=today, now=now)] == [True]
        with pytest.raises(NotOpen):
            edit_action(action=item, text="x", due_on=None, by=by, now=now)
        reopen_action(action=item, by=by, now=now)
        drop_action(action=item, by=by, now=now)
        assert recent_actions(client, today=today, now=now) == ()


def test_fifty_open_items_are_enough(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob):
        ActionItem.objects.bulk_create(
            ActionItem(
                client=cast.carol_client,
                engagement=cast.carol_engagement,
                text="x",
                created_at=timezone.now(),
            )
            for _ in range(50)
        )
        with pytest.raises(TooManyOpen):
            _action(cast, "one more")
