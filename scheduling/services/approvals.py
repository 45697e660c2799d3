"""A coach who wants to be asked first says yes or no; silence is a no in good time."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from clients.models import Engagement
from coachops.audit.record import record
from coachops.practices.models import Membership
from scheduling.models import Session
from scheduling.policies import CancelledBy, Refusal, Refused
from scheduling.services.claims import lock_sessions, release
from scheduling.services.notices import BOOKER, COACH, CONFIRMED, plan_reminders, tell_both
from scheduling.services.request_notices import tell_of_its_end, withdraw_request


@transaction.atomic
def approve_request(*, session: Session, now: datetime) -> Session:
    """Say yes: it is booked from now on, with its invitations and reminders.

    Saying it twice changes nothing. Raises Refused when it was declined, has begun, or the coach
    has left or the engagement ended meanwhile.
    """
    session = _locked(session.pk)
    if session.state == Session.State.BOOKED:
        return session
    _check_waits(session, now)
    second = session.second_coach if session.second_coach_id is not None else None
    if session.coach.ended_at is not None or (second is not None and second.ended_at is not None):
        raise Refused(Refusal.COACH_LEFT)
    engagement = session.engagement
    if engagement is not None and engagement.state != Engagement.State.ACTIVE:
        raise Refused(Refusal.NO_ENGAGEMENT)
    session.state = Session.State.BOOKED
    session.revised_at = max(now, session.revised_at)
    session.save(update_fields=["state", "revised_at"])
    withdraw_request(session=session)
    tell_both(kind=CONFIRMED, session=session, now=now)
    plan_reminders(session=session, now=now)
    record(event="session.approved", subject=session, now=now)
    return session


@transaction.atomic
def decline_request(
    *, session: Session, now: datetime, declined_by: CancelledBy = CancelledBy.COACH
) -> Session:
    """Say no, withdraw it, or let it lapse: the time is free again and nothing is counted.

    Whoever did not do it is told. Twice changes nothing. Raises Refused once it is booked.
    """
    session = _locked(session.pk)
    if session.is_cancelled:
        return session
    if not session.is_requested:
        raise Refused(Refusal.ALREADY_ANSWERED)
    session.state = Session.State.CANCELLED
    session.cancelled_at, session.cancelled_by = now, declined_by
    session.save(update_fields=["state", "cancelled_at", "cancelled_by"])
    release(session=session)
    readers = {
        CancelledBy.COACH: (BOOKER,),
        CancelledBy.NOBODY: (BOOKER, COACH),
    }.get(declined_by, (COACH,))
    tell_of_its_end(session=session, readers=readers, now=now)
    record(event="session.declined", subject=session, now=now, facts={"by": declined_by.value})
    return session


def decline_unanswered(*, session_id: UUID, now: datetime) -> None:
    """What nobody answered is declined, however late; answered ones are left alone."""
    waiting = Session.objects.filter(pk=session_id, state=Session.State.REQUESTED)
    session: Session | None = waiting.first()
    if session is not None:
        decline_request(session=session, now=now, declined_by=CancelledBy.NOBODY)


@transaction.atomic
def decline_requests_of(*, coach: Membership, now: datetime) -> None:
    """Everything that waits for a coach who leaves, or was to be led with them, is declined."""
    theirs = Q(coach=coach) | Q(second_coach=coach)
    waiting = list(Session.objects.requested(now).filter(theirs))
    lock_sessions([session.pk for session in waiting])
    for session in waiting:
        with suppress(Refused):  # somebody has just said yes
            decline_request(session=session, now=now)


def _check_waits(session: Session, now: datetime) -> None:
    if not session.is_requested:
        raise Refused(Refusal.ALREADY_ANSWERED)
    if now >= session.starts_at:
        raise Refused(Refusal.STARTED)


def _locked(session_id: UUID) -> Session:
    return (  # type: ignore[no-any-return]
        Session.objects.select_for_update(of=("self",))
        .select_related("offering", "coach", "client", "engagement")
        .get(pk=session_id)
    )
