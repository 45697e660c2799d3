"""What an assistant may call a goal: the client's short name for it, if the client says so."""

from datetime import datetime

from django.db import transaction

from clients.queries.safes import safe_of
from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.practices.roles import Role
from coachops.tenancy.models import uuid7
from coachops.tenancy.turns import take_turn
from tracking.models import Goal, GoalTitle
from tracking.policies.goals import NotYourWords


@transaction.atomic
def let_assistant_read(*, goal: Goal, title: str, by: Membership, now: datetime) -> None:
    """From now on the coach's assistant reads this title and how the goal stands, nothing else.

    Raises NotYourWords for anybody but the client.
    """
    _check(goal, by)
    take_turn(f"goal_title:{goal.pk}")
    row = GoalTitle.objects.filter(goal=goal).first()
    row = row or GoalTitle(id=uuid7(), goal=goal, client_id=goal.client_id)
    row.sealed_text = safe_of(goal.client_id).close(title, row_id=row.pk)
    row.written_at = now
    row.save()
    record(event="goal.title_opened", subject=goal, now=now)


@transaction.atomic
def keep_from_assistant(*, goal: Goal, by: Membership, now: datetime) -> None:
    """At once, no assistant reads anything of this goal. Raises NotYourWords."""
    _check(goal, by)
    count, _rows = GoalTitle.objects.filter(goal=goal).delete()
    if count:
        record(event="goal.title_closed", subject=goal, now=now)


def _check(goal: Goal, by: Membership) -> None:
    if not by.has_role(Role.CLIENT) or by.pk != goal.client.membership_id:
        raise NotYourWords
