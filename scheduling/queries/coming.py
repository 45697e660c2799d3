"""Sessions that are booked and have not begun."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from clients.models import Engagement
from scheduling.models import Offering, Poll, Session

MOST = 200


def coming_sessions(engagement_id: UUID, now: datetime) -> list[Session]:
    """Of one engagement, in order of time, with everything a line of a page needs. Two queries.

    Its three-way sessions use none of it up, but belong to it.
    """
    polls = Poll.objects.filter(engagement_id=engagement_id, state=Poll.State.BOOKED)
    three_ways = list(polls.values_list("session_id", flat=True))
    rows: QuerySet[Session] = Session.objects.booked().filter(
        Q(engagement_id=engagement_id) | Q(pk__in=three_ways), starts_at__gt=now
    )
    people = ("offering", "coach", "client", "engagement")
    return list(rows.select_related(*people).order_by("starts_at", "pk")[:MOST])


def engagement_of(session: Session) -> Engagement | None:
    """What it is booked on; for a three-way session, the engagement its time was looked for."""
    engagement: Engagement | None = session.engagement
    if engagement is not None or session.offering.kind != Offering.Kind.THREE_WAY:
        return engagement
    polls = Poll.objects.filter(session_id=session.pk).select_related("engagement__coach")
    poll: Poll | None = polls.first()
    return None if poll is None else poll.engagement
