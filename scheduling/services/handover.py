"""Another coach holds a session: the same time and the same calendar event, another person.

Whoever changes who leads an engagement holds its row, and bookings take that row after the coach's
lock. So what is booked follows in a transaction of its own, which begins with the locks.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from clients.models import Engagement
from coachops.audit.record import Fact, record
from coachops.outbox.queue import FIRST, enqueue
from coachops.practices.models import Membership
from scheduling.models import Session
from scheduling.policies import Refused, check_can_cancel
from scheduling.queries.coming import coming_sessions
from scheduling.queries.handover import Landing, Obstacle, landing_with, rooms_of
from scheduling.queries.standing import standing_of
from scheduling.services.booking import place_of
from scheduling.services.claims import (
    Buffers,
    claims_on,
    lock_resources,
    release,
    release_expired_holds,
    resources_of,
    take,
)
from scheduling.services.group_notices import BOOKED, tell_coach
from scheduling.services.notices import plan_reminders, tell_both
from scheduling.services.polls import open_polls_of, resources_of_polls, withdraw_polls
from scheduling.services.second_coaches import tell_participants

HAND_OVER: Final = "scheduling.hand_over"
HANDED_OVER: Final = "scheduling.handed_over"
GIVEN_AWAY: Final = "scheduling.given_away"


class CannotTake(Exception):
    """This coach cannot hold the session; it stays as it is."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle


def plan_hand_over(*, engagement: Engagement, now: datetime) -> None:
    """Soon: what is booked goes to whoever leads the engagement, what is asked is withdrawn."""
    enqueue(
        kind=HAND_OVER,
        key=f"hand-over:{engagement.pk}:{engagement.coach_id}:{now.isoformat()}",
        due_at=now,
        subject_id=engagement.pk,
        priority=FIRST,
    )


@transaction.atomic
def follow_engagement(*, engagement: Engagement, now: datetime) -> int:
    """Withdraw what its former coach asks and hand over what is booked; how many sessions were."""
    coach: Membership = engagement.coach
    polls = [poll for poll in open_polls_of(engagement) if poll.coach_id != coach.pk]
    lock_resources(
        resources_of_polls(polls) | _resources(_held_by_others(engagement, coach, now), coach)
    )
    withdraw_polls(polls=polls, now=now)
    if coach.ended_at is not None:
        return 0
    return hand_over_sessions(engagement=engagement, coach=coach, now=now)


@transaction.atomic
def hand_over_sessions(*, engagement: Engagement, coach: Membership, now: datetime) -> int:
    """Everything that is booked on an engagement goes to this coach where they are free; how many.

    What cannot go stays with whoever holds it, and on Today.
    """
    sessions = _held_by_others(engagement, coach, now)
    lock_resources(_resources(sessions, coach))
    handed_over = 0
    for session in sessions:
        try:
            hand_over_session(session=session, coach=coach, now=now)
        except (CannotTake, Refused):
            continue
        handed_over += 1
    return handed_over


@transaction.atomic
def hand_over_session(*, session: Session, coach: Membership, now: datetime) -> Session:
    """Give one session to this coach at the same time, with a mail to everybody concerned.

    A room that is taken for it, or a link of its own, stays; else its place becomes that of the
    coach's own offering. Whoever leads it too goes on doing so; handed over to them, the two change
    places. Raises CannotTake, and Refused for a session that was cancelled or has begun.
    """
    lock_resources(_resources([session], coach))
    session = _locked(session.pk)
    check_can_cancel(standing_of(session), now)
    landing = landing_with(session, coach, now)
    if isinstance(landing, Obstacle):
        raise CannotTake(landing)
    former = session.coach_id
    _settle_with(session, coach, landing, now)
    if session.capacity > 1:
        tell_participants(session, now)
        tell_coach(session=session, why=BOOKED, now=now)
    else:
        tell_both(kind=HANDED_OVER, session=session, now=now)
        plan_reminders(session=session, now=now)
    _tell_former(session, former, now)
    facts: dict[str, Fact] = {"from": str(former), "to": str(coach.pk)}
    record(event="session.handed_over", subject=session, now=now, facts=facts)
    return session


def _settle_with(session: Session, coach: Membership, landing: Landing, now: datetime) -> None:
    offering = landing.offering
    session.offering, session.coach, session.second_coach = offering, coach, landing.second
    session.stand_on_clock_of(landing.rules.schedule.zone)
    session.room_id = landing.rules.room_id
    if not landing.keeps_place:
        session.place, session.place_details = place_of(offering)
        session.has_own_link = offering.makes_own_links
    session.calendar_sequence += 1
    session.revised_at = max(now, session.revised_at + timedelta(seconds=1))
    session.save()
    release(session=session)
    around = Buffers(offering.buffer_before, offering.buffer_after)
    for resource_id, buffers in claims_on(landing.rules, around):
        release_expired_holds(resource_id, now)
        if not take(session=session, resource_id=resource_id, buffers=buffers):
            raise CannotTake(Obstacle.NOT_FREE)


def _held_by_others(engagement: Engagement, coach: Membership, now: datetime) -> list[Session]:
    return [each for each in coming_sessions(engagement.pk, now) if each.coach_id != coach.pk]


def _resources(sessions: Sequence[Session], coach: Membership) -> set[UUID]:
    """All whose time may be given away or taken: both coaches, both rooms."""
    return resources_of(sessions) | rooms_of(coach) | {coach.user_id}


def _tell_former(session: Session, former: UUID, now: datetime) -> None:
    """Takes it out of the calendar of whoever held it until now."""
    enqueue(
        kind=GIVEN_AWAY,
        key=f"booking:{session.pk}:{session.calendar_sequence}:former",
        due_at=now,
        subject_id=session.pk,
        payload={"former": str(former), "sequence": session.calendar_sequence},
        priority=FIRST,
    )


def _locked(session_id: UUID) -> Session:
    return (  # type: ignore[no-any-return]
        Session.objects.select_for_update(of=("self",))
        .select_related("offering", "coach", "client", "engagement")
        .get(pk=session_id)
    )
