"""How far along a goal feels, dated."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from coachops.audit.record import record
from coachops.practices.models import Membership
from scheduling.models import Session
from tracking.models import Goal, GoalRating
from tracking.policies.goals import check_open, check_score


@transaction.atomic
def rate_goal(
    *,
    goal: Goal,
    score: int,
    rater: str,
    by: Membership,
    now: datetime,
    session: Session | None = None,
) -> GoalRating:
    """One rating by each rater a session, and outside of sessions one a day of the client's.

    Rating again corrects it. `rater` is whose view it is: a coach may write down what the client
    said. Raises NotAScore, AlreadySettled.
    """
    check_score(score)
    goal = Goal.objects.select_for_update(of=("self",)).select_related("client").get(pk=goal.pk)
    check_open(goal.state)
    earlier = _earlier(goal, rater, session, now)
    if earlier is not None:
        earlier.score, earlier.rated_at = score, now
        earlier.save(update_fields=["score", "rated_at"])
        record(event="goal.rating_corrected", subject=goal, now=now, facts={"rater": str(rater)})
        return earlier
    rating = GoalRating.objects.create(
        goal=goal, session=session, rater=rater, score=score, rated_at=now
    )
    record(event="goal.rated", subject=goal, now=now, facts={"rater": str(rater)})
    return rating  # type: ignore[no-any-return]


def _earlier(goal: Goal, rater: str, session: Session | None, now: datetime) -> GoalRating | None:
    same = GoalRating.objects.filter(goal=goal, rater=rater, session=session)
    if session is None:
        midnight = timezone.localtime(now, goal.client.zone).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        same = same.filter(rated_at__gte=midnight)
    return same.order_by("-rated_at").first()  # type: ignore[no-any-return]
