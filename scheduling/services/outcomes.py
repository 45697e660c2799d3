"""What became of a session, and what that does to the ledger."""

from datetime import datetime

from django.db import transaction

from coachops.audit.record import Fact, record
from scheduling.models import Session
from scheduling.policies import check_can_settle
from scheduling.queries.standing import standing_of
from scheduling.services.changes import settle_in_ledger
from scheduling.services.kickoffs import note_kickoff
from scheduling.services.seats import settle_group


@transaction.atomic
def confirm_outcome(*, session: Session, outcome: str, reason: str, now: datetime) -> Session:
    """Record or correct an outcome; the ledger follows, and the apps above hear of it.

    `reason` is a policies.WaiverReason for a waived session and dropped otherwise. The same answer
    twice changes nothing. Raises Refused.
    """
    if session.capacity > 1:
        return settle_group(session=session, outcome=outcome, reason=reason, now=now)
    session = (
        Session.objects.select_for_update(of=("self",))
        .select_related("offering", "coach", "client", "engagement")
        .get(pk=session.pk)
    )
    reason = reason if outcome == Session.Outcome.WAIVED else ""
    check_can_settle(standing_of(session), outcome, reason, now)
    before = session.outcome
    if (before, session.outcome_reason) == (outcome, reason):
        return session
    session.outcome, session.outcome_reason = outcome, reason
    session.save(update_fields=["outcome", "outcome_reason"])
    facts: dict[str, Fact] = {"outcome": outcome, "before": before, "reason": reason}
    record(event="session.settled", subject=session, now=now, facts=facts)
    settle_in_ledger(session=session, before=before, reason=reason, now=now)
    note_kickoff(session=session, before=before, now=now)
    return session
