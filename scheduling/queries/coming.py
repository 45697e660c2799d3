"""Sessions that are booked and have not begun, and places in those of groups."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from clients.models import Engagement
from scheduling.models import Offering, Poll, Seat, Session

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


def coming_places(engagement: Engagement, now: datetime) -> list[Seat]:
    """In group sessions, booked or waited for, in order of time, each with its session.

    What draws on the engagement; and what draws on none, with the coach of the client's last
    running engagement. Two statements.
    """
    running = (Engagement.State.ACTIVE, Engagement.State.PAUSED)
    others = Engagement.objects.filter(
        client_id=engagement.client_id, coach_id=engagement.coach_id, state__in=running
    )
    belongs = Q(engagement=engagement)
    if not others.exclude(pk=engagement.pk).exists():
        belongs |= Q(engagement=None, session__coach_id=engagement.coach_id)
    rows = Seat.objects.filter(
        belongs,
        client_id=engagement.client_id,
        session__state=Session.State.BOOKED,
        session__starts_at__gt=now,
    ).exclude(state=Seat.State.CANCELLED)
    seats = rows.select_related("session__offering").order_by("session__starts_at", "pk")
    return list(seats[:MOST])


def engagement_of(session: Session) -> Engagement | None:
    """What it is booked on; for a three-way session, the engagement its time was looked for."""
    engagement: Engagement | None = session.engagement
    if engagement is not None or session.offering.kind != Offering.Kind.THREE_WAY:
        return engagement
    polls = Poll.objects.filter(session_id=session.pk).select_related("engagement__coach")
    poll: Poll | None = polls.first()
    return None if poll is None else poll.engagement
