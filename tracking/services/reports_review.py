"""The client's word on a report before it leaves the practice."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clients.models import Client
from clients.queries.clients import person_for
from coachops.audit.record import record
from coachops.outbox.queue import enqueue
from coachops.practices.models import Membership, Practice
from coachops.tenancy.scope import current_practice_id
from tracking.models import ProgressReport
from tracking.policies.reports import (
    LONGEST_REQUEST,
    LONGEST_STATEMENT,
    Refusal,
    ReportRefused,
    Step,
    check_length,
    check_sponsored,
    checked_parts,
    contents,
)
from tracking.queries.reports_draft import parts_now, shown_hash
from tracking.queries.reports_facts import Facts, reduced, unmarked_goals, without_goals
from tracking.services.reports import NOTICE_KIND, locked, tell, to_draft

State = ProgressReport.State


@transaction.atomic
def release_report(
    *,
    report: ProgressReport,
    struck: Collection[str],
    statement: str,
    shown: str,
    by: Membership,
    now: datetime,
) -> ProgressReport:
    """The client approves what they saw: from here on the facts can only become fewer.

    `shown` is the shown_hash of what they read. Raises ReportRefused (CLOSED when they have closed
    the level meanwhile, NOT_AS_SHOWN when the report is another one by now).
    """
    report = _reviewed(report, Step.RELEASE, by)
    engagement = report.engagement
    check_sponsored(is_sponsored=engagement.is_sponsored, level=engagement.disclosure_level)
    if shown != shown_hash(report):
        raise ReportRefused(Refusal.NOT_AS_SHOWN)
    report.struck_parts = checked_parts(struck)
    report.client_statement = check_length(statement.strip(), LONGEST_STATEMENT)
    report.facts = _approved_facts(report, now)
    report.disclosure_level = engagement.disclosure_level
    report.state, report.approved_at, report.approved_by_silence = State.APPROVED, now, False
    report.save()
    record(
        event="report.released",
        subject=report,
        now=now,
        facts={"struck": report.struck_parts, "with_statement": bool(report.client_statement)},
    )
    tell(report, "released", to="coach", now=now)
    return report


def _approved_facts(report: ProgressReport, now: datetime) -> Facts:
    """What may be issued from here on, and nothing beside it."""
    zone = Practice.objects.get(pk=current_practice_id()).zone
    facts = {
        **without_goals(report.facts, unmarked_goals(report.facts)),
        "narrative": report.narrative,
        "statement": report.client_statement,
        "approved_on": timezone.localdate(now, zone).isoformat(),
    }
    return reduced(facts, contents(parts_now(report), struck=report.struck_parts))


@transaction.atomic
def ask_for_changes(
    *, report: ProgressReport, text: str, by: Membership, now: datetime
) -> ProgressReport:
    """Back to the coach with the client's reasons, which the coach alone reads."""
    report = _reviewed(report, Step.ASK_FOR_CHANGES, by)
    check_length(text, LONGEST_REQUEST)
    to_draft(report, now)
    report.requested_changes = text.strip()
    report.save()
    record(event="report.changes_asked", subject=report, now=now)
    tell(report, "changes", to="coach", now=now)
    return report


@transaction.atomic
def remind_of_review(*, report: ProgressReport, by: Membership, now: datetime) -> bool:
    """Tell the client once more that a report waits for their word; at most once a day.

    Whoever organises may do it: the mail says that something waits, never what.
    """
    row: ProgressReport | None = (
        ProgressReport.objects.select_for_update(of=("self",))
        .filter(pk=report.pk, state=State.IN_REVIEW)
        .first()
    )
    if row is None:
        return False
    day = timezone.localdate(now, by.practice.zone).isoformat()
    sent = enqueue(
        kind=NOTICE_KIND,
        key=f"report:{row.pk}:notice:reminder:on:{day}",
        due_at=now,
        subject_id=row.pk,
        payload={"what": "reminder", "to": "client"},
    )
    if sent is None:
        return False
    record(event="report.review_reminded", subject=row, now=now)
    return True


@transaction.atomic
def ask_new_speaker(*, team: Client, now: datetime) -> None:
    """Whoever speaks for a team now hears of the reports that wait for its word."""
    for report in ProgressReport.objects.filter(client=team, state=State.IN_REVIEW).order_by("pk"):
        tell(report, "review", to="client", now=now)


def _reviewed(report: ProgressReport, step: Step, by: Membership) -> ProgressReport:
    report = locked(report, step)
    person = person_for(report.client)
    if person is None or person.membership_id != by.pk:
        raise ReportRefused(Refusal.NOT_THE_CLIENT)
    return report
