"""How on track a client felt, session by session."""

from uuid import UUID

from django.db.models import Avg

from tracking.models import GoalRating

MOST_SESSIONS = 200


def ratings_by_session(client_id: UUID) -> dict[UUID, float]:
    """The mean of the client's own ratings in each session that has any. One query."""
    rows = (
        GoalRating.objects.filter(
            goal__client_id=client_id, session__isnull=False, rater=GoalRating.Rater.SELF
        )
        .values_list("session_id")
        .annotate(mean=Avg("score"))
        .order_by("session_id")
    )
    return {session_id: round(float(mean), 1) for session_id, mean in rows[:MOST_SESSIONS]}
