"""Goals with how their words evolved and how far along they feel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from clients.queries.safes import Safe, safe_of
from coachops.tenancy.scope import confidential, current_practice_id
from coachops.web import charts
from tracking.models import Goal, GoalRating
from tracking.policies.goals import HIGHEST, LOWEST, MOST_GOALS, MOST_WORDINGS, progress

MOST_ENGAGEMENTS = 4
MOST_RATINGS = 500
# Goals are on the pages opened most, so they are asked for in plain SQL.
_GOALS = """
SELECT wording.goal_id, goal.engagement_id, goal.position, goal.state, goal.origin, goal.target,
       goal.marked_for_sponsor,
       (SELECT told.text FROM tracking_sponsorwording told
        WHERE told.practice_id = goal.practice_id AND told.goal_id = goal.id
        ORDER BY told.written_at DESC LIMIT 1) AS for_sponsor,
       CASE WHEN wording.number = 1 THEN (
         SELECT json_agg(json_build_array(score, rater, rated_at, session_id) ORDER BY rated_at, id)
         FROM (
           SELECT * FROM tracking_goalrating rating
           WHERE rating.practice_id = goal.practice_id AND rating.goal_id = goal.id
           ORDER BY rated_at DESC, id DESC LIMIT %(ratings)s) latest)
       END AS ratings,
       wording.id, wording.number, wording.sealed_text, wording.sealed_reason, wording.worded_at,
       wording.author_id
FROM tracking_goalwording wording
JOIN tracking_goal goal
  ON goal.practice_id = wording.practice_id AND goal.id = wording.goal_id
WHERE wording.practice_id = %(practice)s AND wording.client_id = %(client)s
  AND (%(goal)s::uuid IS NULL OR wording.goal_id = %(goal)s::uuid)
ORDER BY goal.position, goal.created_at, wording.goal_id, wording.number
LIMIT %(wordings)s
"""
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
    """Open ones first, then reached, then let go. Two queries."""
    with confidential():
        return read_goals(safe_of(client_id), client_id)


def goal_of_client(goal_id: UUID, client_id: UUID) -> GoalCourse | None:
    """One goal. Two queries."""
    with confidential():
        found = read_goals(safe_of(client_id), client_id, goal_id=goal_id)
    return next(iter(found), None)


def read_goals(
    safe: Safe, client_id: UUID, *, goal_id: UUID | None = None
) -> tuple[GoalCourse, ...]:
    """For callers who have stepped up to confidential() and hold the client's safe. One query."""
    goals = [
        _course(safe, client_id, list(wordings))
        for _goal, wordings in groupby(_rows(client_id, goal_id), key=lambda row: row.goal_id)
    ]
    return tuple(sorted(goals, key=lambda goal: _ORDER[Goal.State(goal.state)]))


class _Row(NamedTuple):
    """One wording with the goal it belongs to; the first one with the goal's ratings as well."""

    goal_id: UUID
    engagement_id: UUID
    position: int
    state: str
    origin: str
    target: int
    marked_for_sponsor: bool
    for_sponsor: str | None
    ratings: list[tuple[int, str, str, str | None]] | None
    id: UUID
    number: int
    sealed_text: bytes
    sealed_reason: bytes | None
    worded_at: datetime
    author_id: UUID


def _rows(client_id: UUID, goal_id: UUID | None) -> list[_Row]:
    asked = {
        "practice": current_practice_id(),
        "client": client_id,
        "goal": goal_id,
        "wordings": MOST_GOALS * MOST_ENGAGEMENTS * MOST_WORDINGS,
        "ratings": MOST_RATINGS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_GOALS, asked)
        return [_Row(*row) for row in cursor.fetchall()]


def _course(safe: Safe, client_id: UUID, rows: Sequence[_Row]) -> GoalCourse:
    goal = rows[0]
    return GoalCourse(
        id=goal.goal_id,
        client_id=client_id,
        engagement_id=goal.engagement_id,
        position=goal.position,
        state=goal.state,
        origin=goal.origin,
        target=goal.target,
        marked_for_sponsor=goal.marked_for_sponsor,
        sponsor_wording=goal.for_sponsor or "",
        wordings=tuple(_wording(safe, row) for row in rows),
        ratings=tuple(_rating(*rating) for rating in goal.ratings or ()),
    )


def _rating(score: int, rater: str, rated_at: str, session_id: str | None) -> Rating:
    session = UUID(session_id) if session_id else None
    return Rating(score, rater, datetime.fromisoformat(rated_at), session)


def _wording(safe: Safe, row: _Row) -> Wording:
    return Wording(
        number=row.number,
        text=safe.open(row.sealed_text, row_id=row.id),
        reason=safe.open(row.sealed_reason, row_id=row.id) if row.sealed_reason else "",
        worded_at=row.worded_at,
        author_id=row.author_id,
    )
