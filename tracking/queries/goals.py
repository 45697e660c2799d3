"""Goals with how their words evolved and how far along they feel."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from clients.queries.safes import Safe, safe_of
from coachops.tenancy.scope import confidential
from coachops.web import charts
from tracking.models import Goal, GoalRating, GoalWording, SponsorWording
from tracking.policies.goals import HIGHEST, LOWEST, MOST_GOALS, MOST_WORDINGS, progress

type Row = dict[str, Any]

MOST_ENGAGEMENTS = 4
MOST_RATINGS = 2000
# Columns rather than rows of models: goals are on the pages opened most.
_OF_WORDING = (
    "id",
    "goal_id",
    "client_id",
    "number",
    "sealed_text",
    "sealed_reason",
    "worded_at",
    "author_id",
)
_OF_GOAL = ("engagement_id", "position", "state", "origin", "target", "marked_for_sponsor")
_ORDER = {Goal.State.OPEN: 0, Goal.State.REACHED: 1, Goal.State.DROPPED: 2}


@dataclass(frozen=True, slots=True)
class Wording:
    number: int
    text: str
    reason: str
    worded_at: datetime
    author_id: UUID


@dataclass(frozen=True, slots=True)
class Rating:
    score: int
    rater: str
    rated_at: datetime
    session_id: UUID | None

    @property
    def rater_label(self) -> StrOrPromise:
        return GoalRating.Rater(self.rater).label


@dataclass(frozen=True, slots=True)
class GoalCourse:
    """One goal from its first words to today. Wordings are in order, ratings in time's."""

    id: UUID
    client_id: UUID
    engagement_id: UUID
    position: int
    state: str
    origin: str
    target: int
    marked_for_sponsor: bool
    sponsor_wording: str
    wordings: tuple[Wording, ...]
    ratings: tuple[Rating, ...]

    @property
    def first(self) -> Wording:
        return self.wordings[0]

    @property
    def current(self) -> Wording:
        return self.wordings[-1]

    @property
    def is_revised(self) -> bool:
        return len(self.wordings) > 1

    @property
    def is_open(self) -> bool:
        return self.state == Goal.State.OPEN

    @property
    def state_label(self) -> StrOrPromise:
        return Goal.State(self.state).label

    @property
    def scale(self) -> range:
        """Every score that can be given."""
        return range(LOWEST, HIGHEST + 1)

    def scores(self, rater: str) -> tuple[int, ...]:
        return tuple(rating.score for rating in self.ratings if rating.rater == rater)

    @property
    def self_scores(self) -> tuple[int, ...]:
        return self.scores(GoalRating.Rater.SELF)

    @property
    def coach_scores(self) -> tuple[int, ...]:
        return self.scores(GoalRating.Rater.COACH)

    @property
    def first_score(self) -> int | None:
        return next(iter(self.self_scores), None)

    @property
    def latest_score(self) -> int | None:
        return next(iter(self.self_scores[::-1]), None)

    @property
    def latest_coach_score(self) -> int | None:
        return next(iter(self.coach_scores[::-1]), None)

    @property
    def progress(self) -> int | None:
        """Percent of the way to the target, after the client's own ratings."""
        return progress(self.first_score, self.latest_score, self.target)

    @property
    def spark(self) -> charts.Spark:
        return charts.spark(self.self_scores)

    @property
    def spark_text(self) -> str:
        """The same in words, for whoever does not see the line."""
        if not self.self_scores:
            return _("Not rated yet")
        scores = ", ".join(str(score) for score in self.self_scores)
        return _("Ratings so far: %(scores)s") % {"scores": scores}

    def score_in(self, session_id: UUID) -> int | None:
        """What the client said in that session."""
        return next(
            (
                rating.score
                for rating in self.ratings
                if rating.session_id == session_id and rating.rater == GoalRating.Rater.SELF
            ),
            None,
        )


def goals_of_client(client_id: UUID) -> tuple[GoalCourse, ...]:
    """Open ones first, then reached, then let go. Three queries."""
    with confidential():
        return read_goals(safe_of(client_id), client_id)


def goal_of_client(goal_id: UUID, client_id: UUID) -> GoalCourse | None:
    """One goal. Three queries."""
    with confidential():
        found = read_goals(safe_of(client_id), client_id, goal_id=goal_id)
    return next(iter(found), None)


def read_goals(
    safe: Safe, client_id: UUID, *, goal_id: UUID | None = None
) -> tuple[GoalCourse, ...]:
    """For callers who have stepped up to confidential() and hold the client's safe. Two queries."""
    which = Q(client_id=client_id) if goal_id is None else Q(client_id=client_id, goal_id=goal_id)
    latest = SponsorWording.objects.filter(goal=OuterRef("goal_id")).order_by("-written_at")
    rows = (
        GoalWording.objects.filter(which)
        .order_by("goal__position", "goal__created_at", "goal_id", "number")
        .annotate(sponsor_wording=Subquery(latest.values("text")[:1]))
        .values("sponsor_wording", *_OF_WORDING, *(f"goal__{name}" for name in _OF_GOAL))
    )[: MOST_GOALS * MOST_ENGAGEMENTS * MOST_WORDINGS]
    by_goal: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        by_goal[row["goal_id"]].append(row)
    ratings = _ratings(list(by_goal))
    goals = [_course(safe, found, ratings[goal]) for goal, found in by_goal.items()]
    return tuple(sorted(goals, key=lambda goal: _ORDER[Goal.State(goal.state)]))


def _ratings(goal_ids: list[UUID]) -> dict[UUID, list[Rating]]:
    by_goal: dict[UUID, list[Rating]] = defaultdict(list)
    latest = GoalRating.objects.filter(goal_id__in=goal_ids).order_by("-rated_at", "-pk")
    columns = latest.values_list("goal_id", "score", "rater", "rated_at", "session_id")
    for goal_id, *rating in list(columns[:MOST_RATINGS])[::-1]:
        by_goal[goal_id].append(Rating(*rating))
    return by_goal


def _course(safe: Safe, rows: list[Row], ratings: list[Rating]) -> GoalCourse:
    goal = rows[0]
    return GoalCourse(
        **{name: goal[f"goal__{name}"] for name in _OF_GOAL},
        id=goal["goal_id"],
        client_id=goal["client_id"],
        sponsor_wording=goal["sponsor_wording"] or "",
        wordings=tuple(_wording(safe, row) for row in rows),
        ratings=tuple(ratings),
    )


def _wording(safe: Safe, row: Row) -> Wording:
    reason = row["sealed_reason"]
    return Wording(
        number=row["number"],
        text=safe.open(bytes(row["sealed_text"]), row_id=row["id"]),
        reason=safe.open(bytes(reason), row_id=row["id"]) if reason else "",
        worded_at=row["worded_at"],
        author_id=row["author_id"],
    )
