"""The goals that a client marked for the sponsor, cut down to what the level in force discloses.

Progress is a percentage and nothing else: neither ratings and the target it comes from nor the days
they were given on, which would tell when sessions took place. No content table is opened.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from clients.policies import Part
from clients.queries.engagements import EngagementFacts
from coachops.web import charts
from coachops.web.charts.geometry import scale
from tracking.models import Goal, GoalRating, SponsorWording
from tracking.policies.goals import progress

MOST_SHARED = 1_000
BAR = charts.Frame(width=320, height=34, left=10, right=10, top=12, bottom=22)


@dataclass(frozen=True, slots=True)
class ProgressBar:
    """From 0 to now, on a line that ends at 100."""

    frame: charts.Frame
    now_x: float


@dataclass(frozen=True, slots=True)
class SharedGoal:
    """`wording` is empty below level 2; `progress` None: not rated yet."""

    id: UUID
    number: int
    is_reached: bool
    progress: int | None
    wording: str = ""

    @property
    def title(self) -> str:
        return self.wording or _("Goal %(number)s") % {"number": self.number}

    @property
    def bar(self) -> ProgressBar | None:
        if self.progress is None:
            return None
        return ProgressBar(BAR, scale(self.progress, (0, 100), (BAR.left, BAR.end)))


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
    return list(
        Goal.objects.filter(engagement_id__in=engagement_ids, marked_for_sponsor=True)
        .exclude(state=Goal.State.DROPPED)
        .annotate(
            sponsor_wording=Subquery(wordings.values("text")[:1]),
            first_score=Subquery(ratings.order_by("rated_at", "pk").values("score")[:1]),
            latest_score=Subquery(ratings.order_by("-rated_at", "-pk").values("score")[:1]),
        )
        .order_by("engagement_id", "position", "pk")[:MOST_SHARED]
    )


def _shared(row: Goal, number: int, *, with_words: bool) -> SharedGoal:
    return SharedGoal(
        id=row.pk,
        number=number,
        is_reached=row.state == Goal.State.REACHED,
        progress=progress(row.first_score, row.latest_score, row.target),  # type: ignore[attr-defined]
        wording=(row.sponsor_wording or "") if with_words else "",  # type: ignore[attr-defined]
    )
