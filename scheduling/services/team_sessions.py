"""Sessions of a team: group sessions of which the team is the client, with its members in them.

The roster follows the team: whoever joins is invited to what is booked, and whoever leaves gives
their places up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F

from clients.models import Client, Engagement, TeamMember
from clients.queries.teams import present_members
from coachops.audit.record import Fact, record
from scheduling.models import Offering, Seat, Series, Session
from scheduling.policies import CancelledBy, lowest_free_number
from scheduling.policies.groups import GroupRefusal, GroupRefused
from scheduling.policies.series import is_a_series
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
from scheduling.services.series import DateTaken, NotASeries, Run, new_series
from scheduling.services.times import SlotTaken, Wish


@dataclass(frozen=True, slots=True)
class _Meeting:
    """What every session of a team has in common, while the team is locked."""

    team: Client
    roster: list[Client]
    offering: Offering
    topic: str


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
    return _schedule(_meeting(team, offering, topic), wish, booking_key)


@transaction.atomic
def schedule_team_series(
    *,
    team: Client,
    offering: Offering,
    run: Run,
    topic: str,
    booking_key: UUID,
    now: datetime,
) -> Series:
    """Every time of the run as a session of the team, or none of them.

    Each has its invitations, as if it were booked alone. The same booking key books once. Raises
    NotASeries, GroupRefused or DateTaken, which names the day.
    """
    starts = sorted(run.starts)
    if not is_a_series(starts):
        raise NotASeries
    rules = load_rules(offering.pk, now)
    lock_resources(Wish([rules], starts[0], now, by_coach=True).resources())
    existing: Series | None = Series.objects.filter(booking_key=booking_key).first()
    if existing is not None:
        return existing
    meeting = _meeting(team, offering, topic)
    series = new_series(meeting.offering, run.rhythm, starts)
    series.client, series.engagement = meeting.team, _engagement_for(meeting.team, offering)
    series.booking_key = booking_key
    series.save(force_insert=True)
    for starts_at in starts:
        wish = Wish([rules], starts_at, now, by_coach=True)
        try:
            _schedule(meeting, wish, uuid5(booking_key, starts_at.isoformat()), series)
        except SlotTaken as taken:
            raise DateTaken(starts_at, taken.alternatives) from taken
    facts: dict[str, Fact] = {"sessions": len(starts), "by_coach": True}
    record(event="series.booked", subject=series, now=now, facts=facts)
    return series


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


def _meeting(team: Client, offering: Offering, topic: str) -> _Meeting:
    """Whoever joins meanwhile waits, and is invited too. Raises GroupRefused."""
    team = Client.objects.select_for_update(no_key=True).get(pk=team.pk)
    roster = present_members(team.pk)
    if team.archived_at is not None or not roster:
        raise GroupRefused(GroupRefusal.ARCHIVED, team.name)
    return _Meeting(team, roster, offering_to_schedule(offering.pk), topic or team.name)


def _schedule(
    meeting: _Meeting, wish: Wish, booking_key: UUID, series: Series | None = None
) -> Session:
    """Needs the locks of what is wished for. Raises GroupRefused or SlotTaken."""
    engagement = _engagement_for(meeting.team, meeting.offering)
    session = put_into_calendar(
        offering=meeting.offering,
        wish=wish,
        group=Group(meeting.topic, max(len(meeting.roster), SMALLEST)),
        booking_key=booking_key,
        series=series,
    )
    _belongs_to(session, meeting.team, engagement)
    give_places(sessions=[session], clients=meeting.roster, now=wish.now)
    announce(session=session, places=len(meeting.roster), now=wish.now)
    return session.reload()


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
