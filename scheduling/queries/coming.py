"""Sessions that are booked and have not begun."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from scheduling.models import Session

MOST = 200


def coming_sessions(engagement_id: UUID, now: datetime) -> list[Session]:
    """Of one engagement, in order of time, with everything a line of a page needs. One query."""
    rows: QuerySet[Session] = Session.objects.booked().filter(
        engagement_id=engagement_id, starts_at__gt=now
    )
    people = ("offering", "coach", "client", "engagement")
    return list(rows.select_related(*people).order_by("starts_at", "pk")[:MOST])
