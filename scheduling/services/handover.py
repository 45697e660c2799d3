"""Another coach holds a session: the same time and the same calendar event, another person."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from clients.models import Engagement
from coachops.audit.record import Fact, record
from coachops.outbox.queue import FIRST, enqueue
from coachops.practices.models import Membership
from scheduling.models import Session
from scheduling.policies import check_can_cancel
from scheduling.queries.coming import coming_sessions
from scheduling.queries.handover import Landing, Obstacle, landing_with
from scheduling.queries.standing import standing_of
from scheduling.services.claims import Buffers, lock_person, release, release_expired_holds, take
from scheduling.services.notices import plan_reminders, tell_both

HANDED_OVER: Final = "scheduling.handed_over"
GIVEN_AWAY: Final = "scheduling.given_away"


class CannotTake(Exception):
    """This coach cannot hold the session; it stays as it is."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle


@transaction.atomic
def hand_over_sessions(*, engagement: Engagement, coach: Membership, now: datetime) -> int:
    """Everything that is booked on an engagement goes to this coach where they are free; how many.

    What cannot go stays with whoever holds it, and on Today.
    """
    handed_over = 0
    for session in coming_sessions(engagement.pk, now):
        if session.coach_id == coach.pk:
            continue
        try:
            hand_over_session(session=session, coach=coach, now=now)
        except CannotTake:
            continue
        handed_over += 1
    return handed_over


@transaction.atomic
def hand_over_session(*, session: Session, coach: Membership, now: datetime) -> Session:
    """Give one session to this coach at the same time, with a mail to everybody concerned.

    Its place becomes that of the coach's own offering. Raises CannotTake, and Refused for a session
    that was cancelled or has begun.
    """
    for person in sorted([coach.user_id, session.coach.user_id]):
        lock_person(person)
    session = _locked(session.pk)
    check_can_cancel(standing_of(session), now)
    landing = landing_with(session, coach, now)
    if isinstance(landing, Obstacle):
        raise CannotTake(landing)
    former = session.coach_id
    release_expired_holds(landing.rules.resource_id, now)
    _settle_with(session, coach, landing, now)
    tell_both(kind=HANDED_OVER, session=session, now=now)
    _tell_former(session, former, now)
    plan_reminders(session=session, now=now)
    facts: dict[str, Fact] = {"from": str(former), "to": str(coach.pk)}
    record(event="session.handed_over", subject=session, now=now, facts=facts)
    return session


def _settle_with(session: Session, coach: Membership, landing: Landing, now: datetime) -> None:
    offering = landing.offering
    session.offering, session.coach = offering, coach
    session.coach_time_zone = landing.rules.schedule.zone
    session.place, session.place_details = offering.place, offering.place_details
    session.calendar_sequence += 1
    session.revised_at = max(now, session.revised_at + timedelta(seconds=1))
    session.save()
    release(session=session)
    buffers = Buffers(offering.buffer_before, offering.buffer_after)
    if not take(session=session, resource_id=landing.rules.resource_id, buffers=buffers):
        raise CannotTake(Obstacle.NOT_FREE)


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
