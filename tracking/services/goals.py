"""Goals in the client's words, and every later wording with its reason."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from clients.models import Engagement
from clients.queries.safes import safe_of
from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import confidential
from coachops.tenancy.turns import made_just_now
from tracking.models import Goal, GoalWording
from tracking.policies.goals import (
    MOST_GOALS,
    MOST_WORDINGS,
    check_open,
    check_room,
    check_score,
)

FIRST = 1


@transaction.atomic
def add_goal(
    *,
    engagement: Engagement,
    text: str,
    target: int,
    by: Membership,
    now: datetime,
    origin: str = Goal.Origin.CLIENT,
) -> Goal:
    """The goal with its first wording, which stays for ever; a second click finds it.

    Raises TooMany, NotAScore.
    """
    Engagement.objects.select_for_update().get(pk=engagement.pk)
    goals = Goal.objects.filter(engagement=engagement)
    same = goals.filter(target=target, origin=origin, state=Goal.State.OPEN)
    added = _just_added(same, text=text, by=by, now=now)
    if added is not None:
        return added
    check_room(goals.count(), MOST_GOALS)
    last = goals.aggregate(last=Max("position"))["last"] or 0
    goal = Goal.objects.create(
        client_id=engagement.client_id,
        engagement=engagement,
        position=last + 1,
        target=check_score(target),
        origin=origin,
    )
    _word(goal, text=text, reason="", number=FIRST, by=by, now=now)
    record(event="goal.added", subject=goal, now=now)
    return goal  # type: ignore[no-any-return]


@transaction.atomic
def revise_goal(
    *, goal: Goal, text: str, reason: str, by: Membership, now: datetime
) -> GoalWording:
    """A later wording beside the earlier ones; a second click finds it.

    Raises AlreadySettled, TooMany.
    """
    goal = _locked(goal)
    check_open(goal.state)
    with confidential():
        last = GoalWording.objects.filter(goal=goal).aggregate(last=Max("number"))["last"]
    said = _just_said(GoalWording.objects.filter(goal=goal, number=last), text, by=by, now=now)
    if said is not None:
        return said
    check_room(last, MOST_WORDINGS)
    wording = _word(goal, text=text, reason=reason, number=last + 1, by=by, now=now)
    record(event="goal.revised", subject=goal, now=now, facts={"wording": wording.number})
    return wording


@transaction.atomic
def set_target(*, goal: Goal, target: int, by: Membership, now: datetime) -> Goal:
    """What would be enough, from 1 to 10. Raises AlreadySettled, NotAScore."""
    goal = _locked(goal)
    check_open(goal.state)
    facts = {"was": goal.target, "is": check_score(target)}
    goal.target = target
    goal.save(update_fields=["target"])
    record(event="goal.target_set", subject=goal, now=now, facts=dict(facts))
    return goal


@transaction.atomic
def settle_goal(*, goal: Goal, state: str, by: Membership, now: datetime) -> Goal:
    """Reached, or let go. Raises AlreadySettled."""
    goal = _locked(goal)
    check_open(goal.state)
    goal.state = Goal.State(state)
    goal.save(update_fields=["state"])
    record(event=f"goal.{goal.state}", subject=goal, now=now)
    return goal


@transaction.atomic
def reopen_goal(*, goal: Goal, by: Membership, now: datetime) -> Goal:
    """Take it up again. An open goal stays as it is."""
    goal = _locked(goal)
    if goal.state != Goal.State.OPEN:
        goal.state = Goal.State.OPEN
        goal.save(update_fields=["state"])
        record(event="goal.reopened", subject=goal, now=now)
    return goal


def _just_added(same: QuerySet[Goal], *, text: str, by: Membership, now: datetime) -> Goal | None:
    """The one among them that was put into these words within this moment."""
    first = GoalWording.objects.select_related("goal").filter(goal__in=same, number=FIRST)
    said = _just_said(first, text, by=by, now=now)
    return said.goal if said else None


def _just_said(
    wordings: QuerySet[GoalWording], text: str, *, by: Membership, now: datetime
) -> GoalWording | None:
    """The one among them in which this person said the same within this moment."""
    with confidential():
        for wording in made_just_now(wordings.filter(author=by), now=now, at="worded_at"):
            safe = safe_of(wording.client_id)
            if safe.open(bytes(wording.sealed_text), row_id=wording.pk) == text:
                return wording
    return None


def _locked(goal: Goal) -> Goal:
    return Goal.objects.select_for_update().get(pk=goal.pk)  # type: ignore[no-any-return]


def _word(
    goal: Goal, *, text: str, reason: str, number: int, by: Membership, now: datetime
) -> GoalWording:
    row_id = uuid7()
    with confidential():
        safe = safe_of(goal.client_id)
        return GoalWording.objects.create(  # type: ignore[no-any-return]
            id=row_id,
            goal=goal,
            client_id=goal.client_id,
            number=number,
            sealed_text=safe.close(text, row_id=row_id),
            sealed_reason=safe.close(reason, row_id=row_id) if reason else None,
            author=by,
            worded_at=now,
        )
