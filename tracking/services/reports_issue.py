"""Issuing: the snapshot is frozen, its hash kept, and the PDF asked for."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clients.models import SponsorContact
from clients.queries.sponsors import contacts_of, language_of_contacts
from clients.services.sponsors import StaffAddress, invite_contact
from coachops.audit.record import record
from coachops.outbox.queue import enqueue
from coachops.practices.models import Membership, Practice
from coachops.tenancy.scope import current_practice_id
from tracking.models import ProgressReport
from tracking.policies.reports import (
    Refusal,
    ReportRefused,
    Step,
    check_sponsored,
    contents,
)
from tracking.queries.reports_draft import parts_now
from tracking.queries.reports_facts import (
    reduced,
    snapshot_hash,
    unmarked_goals,
    without_goals,
)
from tracking.services.reports import check_coach, locked
from tracking.services.reports_file import PDF_KIND


@transaction.atomic
def issue_report(*, report: ProgressReport, by: Membership, now: datetime) -> ProgressReport:
    """Freeze what the client released, less whatever the level no longer opens. Never undone.

    The people it is for are invited if they cannot sign in yet; their mail goes out once the PDF is
    there. Raises ReportRefused (CLOSED when the client has closed the level, READER_IS_STAFF when
    one of them works in the practice).
    """
    report = locked(report, Step.ISSUE)
    check_coach(report, by)
    engagement = report.engagement
    check_sponsored(is_sponsored=engagement.is_sponsored, level=engagement.disclosure_level)
    kept = contents(
        parts_now(report), struck=report.struck_parts, by_silence=report.approved_by_silence
    )
    _invite_readers(report, now)
    practice = Practice.objects.get(pk=current_practice_id())
    facts = without_goals(report.facts, unmarked_goals(report.facts))
    report.facts = {
        **reduced(facts, kept),
        "contacts": [contact.name for contact in contacts_of(engagement)],
        "language": language_of_contacts(engagement) or practice.language,
        "issued_on": timezone.localdate(now, practice.zone).isoformat(),
    }
    report.disclosure_level = engagement.disclosure_level
    report.snapshot_hash = snapshot_hash(report.facts)
    report.state, report.issued_at = ProgressReport.State.ISSUED, now
    report.save()
    enqueue(kind=PDF_KIND, key=f"report:{report.pk}:pdf", due_at=now, subject_id=report.pk)
    record(
        event="report.issued",
        subject=report,
        now=now,
        facts={"level": report.disclosure_level, "hash": report.snapshot_hash},
    )
    return report


def _invite_readers(report: ProgressReport, now: datetime) -> None:
    ids = [each.id for each in contacts_of(report.engagement) if not each.is_invited]
    for contact in SponsorContact.objects.filter(pk__in=ids):
        try:
            invite_contact(contact=contact, now=now)
        except StaffAddress:
            raise ReportRefused(Refusal.READER_IS_STAFF, who=contact.name) from None
