"""Titles of goals that a client lets their coach's assistant read, and how each goal stands."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django_stubs_ext import StrOrPromise

from clients.queries.safes import safe_of
from tracking.models import Goal, GoalTitle
from tracking.policies.goals import MOST_GOALS

_ORDER: Final = {Goal.State.OPEN: 0, Goal.State.REACHED: 1, Goal.State.DROPPED: 2}


@dataclass(frozen=True, slots=True)
class TitledGoal:
    """`goal_id` is for the client's own page; whoever organises has no page of a goal."""

    goal_id: UUID
    title: str
    state: str

    @property
    def state_label(self) -> StrOrPromise:
        return Goal.State(self.state).label


def titled_goals(client_id: UUID, *, goal_id: UUID | None = None) -> tuple[TitledGoal, ...]:
    """Open ones first: what the acting member may read. One query, two if there is any."""
    rows = GoalTitle.objects.filter(client_id=client_id)
    if goal_id is not None:
        rows = rows.filter(goal_id=goal_id)
    found = list(
        rows.order_by("goal__position", "goal_id").values(
            "id", "goal_id", "goal__state", "sealed_text"
        )[: MOST_GOALS * 2]
    )
    if not found:
        return ()
    safe = safe_of(client_id)
    goals = [
        TitledGoal(
            goal_id=row["goal_id"],
            title=safe.open(bytes(row["sealed_text"]), row_id=row["id"]),
            state=row["goal__state"],
        )
        for row in found
    ]
    return tuple(sorted(goals, key=lambda each: _ORDER[Goal.State(each.state)]))
