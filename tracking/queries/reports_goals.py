"""The goals that a client marked for the sponsor, cut down to what the level in force discloses.

No content table is opened: progress is a percentage of ratings, words are the sponsor wording.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.policies import Part
from clients.queries.engagements import EngagementFacts
from coachops.web import charts
from tracking.models import Goal, GoalRating, SponsorWording
from tracking.policies.goals import progress

MOST_SHARED = 1_000
FEWEST_FOR_A_MIDDLE = 5
PRINT = charts.Frame(width=300, height=112, left=24, right=26, top=12, bottom=24)


@dataclass(frozen=True, slots=True)
class SharedRating:
    """The client's own rating, 1 to 10."""

    on: date
    score: int


@dataclass(frozen=True, slots=True)
class SharedGoal:
    """`wording`, `target` and `ratings` are empty below level 2; `progress` None: not rated yet."""

    id: UUID
    number: int
    is_reached: bool
    progress: int | None
    wording: str = ""
    target: int | None = None
    ratings: tuple[SharedRating, ...] = ()

    @property
    def title(self) -> str:
        return self.wording or _("Goal %(number)s") % {"number": self.number}

    @property
    def first(self) -> SharedRating | None:
        return next(iter(self.ratings), None)

    @property
    def latest(self) -> SharedRating | None:
        return next(iter(self.ratings[::-1]), None)

    @property
    def has_moved(self) -> bool:
        return len(self.ratings) > 1

    def chart(self, frame: charts.Frame = charts.EVOLVE) -> charts.Line:
        scores = [rating.score for rating in self.ratings]
        return charts.evolve(scores, _labels(self.ratings), self.target, frame=frame)

    @property
    def screen_chart(self) -> charts.Line:
        return self.chart()

    @property
    def print_chart(self) -> charts.Line:
        return self.chart(PRINT)


def shared_goals(engagements: Iterable[EngagementFacts]) -> dict[UUID, tuple[SharedGoal, ...]]:
    """What each engagement's sponsor may see of its goals now. One query, however many."""
    facts = {each.id: each for each in engagements if Part.GOAL_PROGRESS in each.parts}
    found: dict[UUID, list[SharedGoal]] = defaultdict(list)
    for row in _marked(list(facts)):
        with_words = Part.SPONSOR_WORDING in facts[row.engagement_id].parts
        number = len(found[row.engagement_id]) + 1
        found[row.engagement_id].append(_shared(row, number, with_words=with_words))
    return {key: tuple(goals) for key, goals in found.items()}


def _marked(engagement_ids: list[UUID]) -> list[Goal]:
    if not engagement_ids:
        return []
    wordings = SponsorWording.objects.filter(goal=OuterRef("pk")).order_by("-written_at", "-pk")
    ratings = GoalRating.objects.filter(goal=OuterRef("pk"), rater=GoalRating.Rater.SELF)
    shown = JSONObject(rated_at=F("rated_at"), score=F("score"))
    return list(
        Goal.objects.filter(engagement_id__in=engagement_ids, marked_for_sponsor=True)
        .exclude(state=Goal.State.DROPPED)
        .annotate(
            sponsor_wording=Subquery(wordings.values("text")[:1]),
            own_ratings=ArraySubquery(ratings.order_by("rated_at", "pk").values(shown=shown)),
        )
        .order_by("engagement_id", "position", "pk")[:MOST_SHARED]
    )


def _shared(row: Goal, number: int, *, with_words: bool) -> SharedGoal:
    ratings = _ratings(row.own_ratings)  # type: ignore[attr-defined]
    first = ratings[0].score if ratings else None
    latest = ratings[-1].score if ratings else None
    goal = SharedGoal(
        id=row.pk,
        number=number,
        is_reached=row.state == Goal.State.REACHED,
        progress=progress(first, latest, row.target),
    )
    if not with_words:
        return goal
    return SharedGoal(
        id=goal.id,
        number=number,
        is_reached=goal.is_reached,
        progress=goal.progress,
        wording=row.sponsor_wording or "",  # type: ignore[attr-defined]
        target=row.target,
        ratings=ratings,
    )


def _ratings(rows: list[dict[str, str | int]]) -> tuple[SharedRating, ...]:
    return tuple(
        SharedRating(datetime.fromisoformat(str(row["rated_at"])).date(), int(row["score"]))
        for row in rows
    )


def _labels(ratings: tuple[SharedRating, ...]) -> list[str]:
    """The first day, the last, and the middle one where there is room."""
    last = len(ratings) - 1
    shown = {0, last} | ({last // 2} if last + 1 >= FEWEST_FOR_A_MIDDLE else set())
    return [
        date_format(rating.on, "j M") if place in shown else ""
        for place, rating in enumerate(ratings)
    ]
