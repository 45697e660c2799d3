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
    check_can_cancel,
    check_can_move,
    movements,
    outcome_of_cancelling,
)
from scheduling.purposes import CANCEL_LINK, MOVE_LINK
from scheduling.queries.slots import load_rules
from scheduling.queries.standing import standing_of
from scheduling.services.booking import check_is_free, taken
from scheduling.services.claims import lock_person, release, release_expired_holds, shift
from scheduling.services.notices import (
    CANCELLED,
    MOVED,
    plan_reminders,
    tell_both,
    withdraw_reminders,
)
from scheduling.signals import session_settled


@transaction.atomic
def move_session(
    *, session: Session, starts_at: datetime, now: datetime, by_coach: bool = False
) -> Session:
    """Give a session another time; the old one is kept if the new one is taken.

    Moving to the time it already has changes nothing. Raises Refused (cancelled, started, too late
    for the booker) or SlotTaken.
    """
    rules = load_rules(session.offering_id, now)
    lock_person(rules.resource_id)
    session = _locked(session.pk)
    check_can_move(standing_of(session), now, by_coach=by_coach)
    if session.starts_at == starts_at:
        return session
    claim = Claim.objects.get(session=session, state=Claim.State.CONFIRMED)
    check_is_free(rules=rules, starts_at=starts_at, now=now, by_coach=by_coach, moving=claim.pk)
    release_expired_holds(rules.resource_id, now)
    length = session.ends_at - session.starts_at
    if not shift(claim=claim, starts_at=starts_at, ends_at=starts_at + length):
        raise taken(rules=rules, starts_at=starts_at, now=now, moving=claim.pk)
    session.starts_at, session.ends_at = starts_at, starts_at + length
    session.coach_time_zone = rules.schedule.zone
    _revise(session, now)
    SignedLink.objects.filter(subject_id=session.pk, purpose__in=[MOVE_LINK, CANCEL_LINK]).update(
        expires_at=starts_at
    )
    tell_both(kind=MOVED, session=session, now=now)
    plan_reminders(session=session, now=now)
    facts: dict[str, Fact] = {"by_coach": by_coach, "sequence": session.calendar_sequence}
    record(event="session.moved", subject=session, now=now, facts=facts)
    return session


@transaction.atomic
def cancel_session(*, session: Session, cancelled_by: CancelledBy, now: datetime) -> Session:
    """Call a session off and free its time. Cancelling twice changes nothing.

    Inside the change notice a booker's cancellation is late, and forfeits the session where the
    offering says so and there is one left; the coach's side never costs the client anything. Raises
    Refused once the session has begun.
    """
    lock_person(load_rules(session.offering_id, now).resource_id)
    session = _locked(session.pk)
    if session.is_cancelled:
        return session
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


def _locked(session_id: UUID) -> Session:
    """The row as it is now, until the transaction ends; its offering and client come along."""
    return (  # type: ignore[no-any-return]
        Session.objects.select_for_update(of=("self",))
        .select_related("offering", "client", "engagement")
        .get(pk=session_id)
    )


def _revise(session: Session, now: datetime) -> None:
    """One calendar revision more; its stamp rises strictly, whatever the clock does (RFC 5546)."""
    session.calendar_sequence += 1
    session.revised_at = max(now, session.revised_at + timedelta(seconds=1))
    session.save()
