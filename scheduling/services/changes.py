"""Move and cancel: the same session, the same claim, one calendar revision more."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from coachops.audit.record import Fact, record
from coachops.practices.models import SignedLink
from programs.services.ledger import NothingLeft, settle
from scheduling.models import Claim, Session
from scheduling.policies import (
    CancelledBy,
    Refused,
    check_can_cancel,
    check_can_move,
    movements,
    outcome_of_cancelling,
)
from scheduling.policies.booking import Span, refusal_of_day
from scheduling.purposes import CANCEL_LINK, MOVE_LINK
from scheduling.queries.changing import rules_of_session
from scheduling.queries.standing import standing_of
from scheduling.services.approvals import decline_request
from scheduling.services.claims import lock_resources, release, release_expired_holds, shift_all
from scheduling.services.groups import cancel_group, move_group
from scheduling.services.notices import (
    CANCELLED,
    MOVED,
    plan_reminders,
    tell_both,
    withdraw_reminders,
)
from scheduling.services.times import Wish, free_coaches_for, taken_after_all
from scheduling.signals import session_settled


@transaction.atomic
def move_session(
    *, session: Session, starts_at: datetime, now: datetime, by_coach: bool = False
) -> Session:
    """Give a session another time, length and coach as they are; the old time is kept if the new
    one is taken.

    Moving to the time it already has changes nothing. Raises Refused (cancelled, started, too late
    for the booker, outside the agreement) or SlotTaken.
    """
    if session.capacity > 1:
        return move_group(session=session, starts_at=starts_at, now=now)
    session = _locked_with_its_resources(session.pk)
    check_can_move(standing_of(session), now, by_coach=by_coach)
    if session.starts_at == starts_at:
        return session
    rules = rules_of_session(session, now)
    if not by_coach:
        _check_day(session, rules.schedule.zone, starts_at)
    wish = Wish([rules], starts_at, now, moving=session.pk, by_coach=by_coach)
    free_coaches_for(wish)
    claims = list(Claim.objects.filter(session=session, state=Claim.State.CONFIRMED))
    for claim in claims:
        release_expired_holds(claim.resource_id, now)
    ends_at = starts_at + (session.ends_at - session.starts_at)
    if not shift_all(claims=claims, starts_at=starts_at, ends_at=ends_at):
        raise taken_after_all(wish)
    session.starts_at, session.ends_at = starts_at, ends_at
    session.stand_on_clock_of(rules.schedule.zone)
    _revise(session, now)
    SignedLink.objects.filter(subject_id=session.pk, purpose__in=[MOVE_LINK, CANCEL_LINK]).update(
        expires_at=starts_at
    )
    tell_both(kind=MOVED, session=session, now=now)
    plan_reminders(session=session, now=now)
    facts: dict[str, Fact] = {"by_coach": by_coach, "sequence": session.calendar_sequence}
    record(event="session.moved", subject=session, now=now, facts=facts)
    return session


def _check_day(session: Session, zone: str, starts_at: datetime) -> None:
    """A booker stays within the dates of the agreement. Raises Refused."""
    engagement = session.engagement
    if engagement is None:
        return
    span = Span(zone, agreed_from=engagement.starts_on, agreed_until=engagement.ends_on)
    refusal = refusal_of_day(span, starts_at)
    if refusal is not None:
        raise Refused(refusal)


@transaction.atomic
def cancel_session(*, session: Session, cancelled_by: CancelledBy, now: datetime) -> Session:
    """Call a session off and free its time. Cancelling twice changes nothing.

    Inside the change notice a booker's cancellation is late, and forfeits the session where the
    offering says so and there is one left; the coach's side never costs the client anything. A
    request that was not answered yet is declined or withdrawn instead. Raises Refused once the
    session has begun.
    """
    if session.capacity > 1:
        return cancel_group(session=session, now=now)
    session = _locked_with_its_resources(session.pk)
    if session.is_cancelled:
        return session
    if session.is_requested:
        return decline_request(session=session, now=now, declined_by=cancelled_by)
    standing = standing_of(session)
    check_can_cancel(standing, now)
    session.state = Session.State.CANCELLED
    session.cancelled_at, session.cancelled_by = now, cancelled_by
    session.outcome = outcome_of_cancelling(standing, cancelled_by, now)
    _revise(session, now)
    release(session=session)
    withdraw_reminders(session=session)
    tell_both(kind=CANCELLED, session=session, now=now)
    if session.outcome:
        _settle_or_let_go(session, now)
    facts: dict[str, Fact] = {"by": cancelled_by, "outcome": session.outcome}
    record(event="session.cancelled", subject=session, now=now, facts=facts)
    return session


def _settle_or_let_go(session: Session, now: datetime) -> None:
    """With nothing left on the account nothing is forfeited: it counts as cancelled in time.

    That happens when the outcome of an earlier session was corrected after this one was booked.
    """
    try:
        settle_in_ledger(session=session, before="", reason="", now=now)
    except NothingLeft:
        session.outcome = ""
        session.save(update_fields=["outcome"])


def settle_in_ledger(*, session: Session, before: str, reason: str, now: datetime) -> None:
    """Write what the outcome does to the engagement's ledger, then tell the apps above."""
    steps = movements(
        before,
        session.outcome,
        late_cancellation_forfeits=session.offering.late_cancellation_forfeits,
    )
    if session.engagement_id is not None:
        for step in steps:
            settle(
                engagement_id=session.engagement_id,
                session_id=session.pk,
                kind=step,
                reason=reason,
                now=now,
            )
    session_settled.send(sender=Session, session=session, outcome=session.outcome, now=now)


def _locked_with_its_resources(session_id: UUID) -> Session:
    """Its coaches and room first, in the order of everybody else, and the row after them.

    Should it be handed over in between, the constraint alone still keeps its new coach's time.
    """
    columns = ("coach__user_id", "second_coach__user_id", "room_id")
    found = Session.objects.filter(pk=session_id).values_list(*columns).get()
    lock_resources(resource_id for resource_id in found if resource_id is not None)
    return _locked(session_id)


def _locked(session_id: UUID) -> Session:
    """The row as it is now, until the transaction ends; its offering and client come along."""
    return (  # type: ignore[no-any-return]
        Session.objects.select_for_update(of=("self",))
        .select_related("offering", "coach", "client", "engagement")
        .get(pk=session_id)
    )


def _revise(session: Session, now: datetime) -> None:
    """One calendar revision more; its stamp rises strictly, whatever the clock does (RFC 5546)."""
    session.calendar_sequence += 1
    session.revised_at = max(now, session.revised_at + timedelta(seconds=1))
    session.save()
