"""Issued reports for the people they were issued to."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.access import today_in
from coachops.practices.guards import PracticeRequest, sponsor_page
from coachops.web.pages import render_page
from tracking.access import reports as access
from tracking.queries.reports import line_of
from tracking.queries.reports_document import document_of
from tracking.views.files import pdf_response


@require_safe
@sponsor_page
def report(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The document as it was issued."""
    found = access.issued_report_for_sponsor(request, pk, now=timezone.now())
    context = {
        "active": "home",
        "line": line_of(found, today_in(request)),
        "doc": document_of(found.facts, hash=found.snapshot_hash),
        "organisation": found.engagement.sponsor_organisation,
    }
    return render_page(request, "tracking/sponsor/report.html", context)


@require_safe
@sponsor_page
def report_pdf(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The file; 404 until a worker has made it."""
    found = access.issued_report_for_sponsor(request, pk, now=timezone.now())
    return pdf_response(access.file_of(found).file.open("rb"), found)
