"""What becomes of an unfinished report when another coach leads the engagement."""

from datetime import datetime

from django.db import transaction

from clients.models import Engagement
from coachops.audit.record import record
from coachops.outbox.queue import withdraw
from tracking.models import ProgressReport
from tracking.services.reports import UNWRITTEN

State = ProgressReport.State
# What the client has approved goes out as it is; the words of all others were its coach's alone.
_UNFINISHED = (State.DRAFTED, State.CHECKED, State.IN_REVIEW)


@transaction.atomic
def begin_anew(*, engagement: Engagement, now: datetime) -> None:
    """Their draft is due again and empty: it was written from what the next coach may not know."""
    drafts = ProgressReport.objects.select_for_update(of=("self",)).filter(
        engagement=engagement, state__in=_UNFINISHED
    )
    for report in drafts:
        report.state, report.facts, report.disclosure_level = State.DUE, {}, None
        report.narrative = report.requested_changes = report.client_statement = ""
        report.struck_parts = []
        report.drafted_at = report.checked_at = report.review_ends_at = None
        report.version = UNWRITTEN
        report.save()
        withdraw(key_prefix=f"report:{report.pk}:notice:")
        record(event="report.begun_anew", subject=report, now=now)
