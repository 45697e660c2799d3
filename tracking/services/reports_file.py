"""The PDF of an issued report, made by a worker once: its name follows from the report."""

import hashlib
from datetime import datetime
from functools import partial
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from clients.queries.sponsors import contacts_of
from coachops.audit.record import record
from coachops.outbox.queue import enqueue
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.models import Practice
from coachops.tenancy.scope import current_practice_id, scope, system_scope
from tracking.documents import Sheet, report_pdf, sheet_of
from tracking.models import ProgressReport, ReportFile
from tracking.models.reports import file_name
from tracking.services.reports import tell

PDF_KIND = "tracking.report.pdf"
ISSUED_KIND = "tracking.report.issued"
LEASE_SECONDS = 300


def prepare_report_pdf(message: ClaimedMessage) -> Delivery | None:
    """Reads what is needed; the rendering runs without a transaction and may take minutes."""
    report = ProgressReport.objects.filter(
        pk=message.subject_id, state=ProgressReport.State.ISSUED
    ).first()
    if report is None:
        return None
    if ReportFile.objects.filter(report=report).exists():
        return _nothing
    practice = Practice.objects.get(pk=current_practice_id())
    sheet = sheet_of(report, practice)
    return partial(make_file, report.pk, report.practice_id, sheet)


def make_file(report_id: UUID, practice_id: UUID, sheet: Sheet) -> None:
    """Render, put the file in its place, and tell everybody: all three may be repeated."""
    pdf = report_pdf(sheet)
    name = _put(file_name(practice_id, report_id), pdf)
    with scope(system_scope(practice_id)), transaction.atomic():
        kept = keep_file(report_id=report_id, name=name, pdf=pdf, now=timezone.now())
    if kept != name:
        default_storage.delete(name)


def keep_file(*, report_id: UUID, name: str, pdf: bytes, now: datetime) -> str:
    """The name of the file that counts: another worker may have been quicker."""
    report = ProgressReport.objects.select_related("engagement__client").get(pk=report_id)
    file = ReportFile(
        report=report,
        file=name,
        fingerprint=hashlib.sha256(pdf).hexdigest(),
        rendered_at=now,
    )
    ReportFile.objects.bulk_create([file], ignore_conflicts=True)
    kept: ReportFile = ReportFile.objects.get(report=report)
    if kept.pk == file.pk:
        record(event="report.rendered", subject=report, now=now)
        _tell_everybody(report, now)
    return str(kept.file.name)


@transaction.atomic
def tell_as_if_made(*, report: ProgressReport, now: datetime) -> None:
    """What a worker does once the file is there, for looking at its mails: to be undone."""
    practice_id = report.engagement.practice.pk
    name = file_name(practice_id, report.pk)
    with scope(system_scope(practice_id)):
        keep_file(report_id=report.pk, name=name, pdf=b"", now=now)


def _tell_everybody(report: ProgressReport, now: datetime) -> None:
    for contact in contacts_of(report.engagement):
        enqueue(
            kind=ISSUED_KIND,
            key=f"report:{report.pk}:issued:{contact.id}",
            due_at=now,
            subject_id=report.pk,
            recipient=contact.email,
            payload={"contact": str(contact.id)},
        )
    tell(report, "issued", to="client", now=now)
    tell(report, "sent", to="coach", now=now)


def _put(name: str, pdf: bytes) -> str:
    """What an unfinished earlier run left there is overwritten."""
    if default_storage.exists(name):
        default_storage.delete(name)
    return default_storage.save(name, ContentFile(pdf))


def _nothing() -> None:
    """The file is there already."""
