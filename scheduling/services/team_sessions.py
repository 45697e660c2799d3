"""Sessions of a team: group sessions of which the team is the client, with its members in them.

The roster follows the team: whoever joins is invited to what is booked, and whoever leaves gives
their places up.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from clients.models import Client, Engagement, TeamMember
from clients.queries.teams import present_members
from scheduling.models import Offering, Seat, Session
from scheduling.policies import CancelledBy, lowest_free_number
from scheduling.policies.groups import GroupRefusal, GroupRefused
from scheduling.queries.slots import load_rules
from scheduling.queries.standing import booking_terms, next_planned_session, numbers_taken
from scheduling.services.claims import lock_resources, lock_sessions
from scheduling.services.groups import (
    LARGEST,
    SMALLEST,
    Group,
    announce,
    offering_to_schedule,
    put_into_calendar,
)
from scheduling.services.rosters import give_places, give_up_places
from scheduling.services.times import Wish


@transaction.atomic
def schedule_team_session(
    *,
    team: Client,
    offering: Offering,
    starts_at: datetime,
    topic: str,
    booking_key: UUID,
    now: datetime,
) -> Session:
    """One session of the team's engagement, with a place for each who is in the team now.

    Scheduled by the coach's side: over opening hours, notice and limits, never over another
    session. The same booking key schedules once. Raises GroupRefused (nothing is scheduled then)
    or SlotTaken.
    """
    wish = Wish([load_rules(offering.pk, now)], starts_at, now, by_coach=True)
    lock_resources(wish.resources())
    existing: Session | None = Session.objects.filter(booking_key=booking_key).first()
    if existing is not None:
        return existing
    # Whoever joins meanwhile waits, and is invited to this one too.
    team = Client.objects.select_for_update(no_key=True).get(pk=team.pk)
    roster = present_members(team.pk)
    if team.archived_at is not None or not roster:
        raise GroupRefused(GroupRefusal.ARCHIVED, team.name)
    engagement = _engagement_for(team, offering)
    session = put_into_calendar(
        offering=offering_to_schedule(offering.pk),
        wish=wish,
        group=Group(topic or team.name, max(len(roster), SMALLEST)),
        booking_key=booking_key,
    )
    _belongs_to(session, team, engagement)
    give_places(sessions=[session], clients=roster, now=now)
    announce(session=session, places=len(roster), now=now)
    return session.reload()


@transaction.atomic
def invite_member(*, member: TeamMember, now: datetime) -> list[Seat]:
    """A place in every session of the team that is still to come, and a larger one if need be."""
    sessions = _lock_coming(member.team_id, now)
    held = set(
        Seat.objects.filter(session__in=sessions, client_id=member.client_id)
        .exclude(state=Seat.State.CANCELLED)
        .values_list("session_id", flat=True)
    )
    wanted = [each for each in sessions if each.pk not in held]
    full = [each.pk for each in wanted if each.taken >= each.capacity]
    Session.objects.filter(pk__in=full, capacity__lt=LARGEST).update(capacity=F("capacity") + 1)
    for session in wanted:
        session.refresh_from_db(fields=["capacity"])
    return give_places(sessions=wanted, clients=[member.client], now=now)


@transaction.atomic
def take_member_out(*, member: TeamMember, now: datetime) -> list[Seat]:
    """Out of every session of the team that is still to come, at no cost."""
    sessions = _lock_coming(member.team_id, now)
    seats = Seat.objects.filter(session__in=sessions, client_id=member.client_id)
    held = list(seats.exclude(state=Seat.State.CANCELLED).order_by("session__starts_at", "pk"))
    return give_up_places(seats=held, left_by=CancelledBy.COACH, now=now)


def _engagement_for(team: Client, offering: Offering) -> Engagement:
    """The team's running one with the offering's coach, and a session left. Raises GroupRefused."""
    engagement: Engagement | None = (
        Engagement.objects.select_for_update(of=("self",), no_key=True)
        .filter(client=team, coach_id=offering.coach_id, state=Engagement.State.ACTIVE)
        .order_by("starts_on", "pk")
        .first()
    )
    if engagement is None:
        raise GroupRefused(GroupRefusal.NO_ENGAGEMENT, team.name)
    if not booking_terms(engagement.pk).left:
        raise GroupRefused(GroupRefusal.NONE_LEFT, team.name)
    return engagement


def _belongs_to(session: Session, team: Client, engagement: Engagement) -> None:
    numbers, planned = numbers_taken(engagement.pk)
    session.client, session.engagement = team, engagement
    session.number = lowest_free_number(numbers)
    session.planned_session = next_planned_session(engagement.pk, planned)
    session.save(update_fields=["client", "engagement", "number", "planned_session"])


def _lock_coming(team_id: UUID, now: datetime) -> Sequence[Session]:
    """The team's sessions that have not begun, in order of time."""
    rows = Session.objects.booked().filter(client=team_id, capacity__gt=1, starts_at__gt=now)
    lock_sessions(list(rows.order_by("starts_at", "pk").values_list("pk", flat=True)[:200]))
    return list(rows.select_related("offering", "coach").order_by("starts_at", "pk")[:200])
