"""Progress reports as coach, assistant and owner meet them."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django_stubs_ext import StrOrPromise

from clients.access import engagement_for_member, today_in
from coachops.mail.previewing import is_looking
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.models import Membership
from coachops.practices.roles import Permission
from coachops.practices.views.looking import looks_first
from coachops.web.pages import render_page
from tracking.access import reports as access
from tracking.documents import report_pdf as render_pdf
from tracking.documents import sheet_of
from tracking.models import ProgressReport
from tracking.policies.reports import Refusal, ReportRefused
from tracking.queries.reports import report_rows
from tracking.queries.reports_draft import released_facts
from tracking.queries.reports_pages import draft_of, state_page
from tracking.services import reports as services
from tracking.services.reports_file import tell_as_if_made
from tracking.services.reports_issue import issue_report
from tracking.views.files import pdf_response

REFUSALS: dict[Refusal, StrOrPromise] = {
    Refusal.WRONG_STATE: _("The report has moved on meanwhile. This is where it is now."),
    Refusal.ISSUED: _("The report has been issued and can no longer be changed."),
    Refusal.SELF_PAYING: _(
        "The client pays for this engagement: there is no sponsor to report to."
    ),
    Refusal.CLOSED: _(
        "This engagement is closed to the sponsor, so nothing may be reported. Once client, coach"
        " and sponsor have signed a level, try again."
    ),
    Refusal.NOTHING_NEW: _("The last report already reaches up to today."),
    Refusal.CLIENT_NOT_INVITED: _(
        "The client cannot sign in yet. Invite them to the portal, then send the report."
    ),
    Refusal.NOT_THE_COACH: _("Only the client’s coach can do this."),
    Refusal.READER_IS_STAFF: _(
        "Nothing was issued: %(who)s would get this report, but their address belongs to somebody"
        " who works in this practice. Give them their own address at the company, or take them off"
        " this engagement; then issue it."
    ),
}


@require_safe
@coach_page(Permission.SEE_CLIENTS)
def reports(request: PracticeRequest) -> HttpResponse:
    """All reports the member may know of: how far each is, and how late."""
    show = "issued" if request.GET.get("show") == "issued" else "open"
    may_prepare = Permission.PREPARE_REPORTS in request.permissions
    context = {
        "active": "reports",
        "show": show,
        "page": report_rows(
            access.reports_for_member(request),
            show=show,
            page=request.GET.get("page", "1"),
            today=today_in(request),
        ),
        "startable": access.reportable_engagements(request) if may_prepare else (),
    }
    return render_page(request, "tracking/coach/reports.html", context)


@require_POST
@coach_page(Permission.PREPARE_REPORTS)
def report_start(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """A draft of facts up to today, from the engagement's page."""
    engagement = engagement_for_member(request, pk)
    try:
        report = services.start_report(
            engagement=engagement, by=request.membership, now=timezone.now()
        )
    except ReportRefused as refused:
        messages.error(request, REFUSALS[refused.reason])
        return redirect("coach:reports", request.practice.slug)
    return redirect("coach:report", request.practice.slug, report.pk)


@require_safe
@coach_page(Permission.SEE_CLIENTS)
def report(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """How far it is for everybody who may know; the report itself for the client's coach."""
    found = access.report_for_member(request, pk)
    return report_page(request, found)


@require_safe
@coach_page(Permission.COACH_CLIENTS)
def report_pdf(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The file that was issued; before that, a draft of it made on the spot."""
    found = access.opened_report_for_coach(request, pk, now=timezone.now())
    if found.is_issued:
        return pdf_response(access.file_of(found).file.open("rb"), found)
    facts = released_facts(found)
    if facts is None:
        messages.error(request, REFUSALS[Refusal.CLOSED])
        return redirect("coach:report", request.practice.slug, pk)
    return pdf_response(render_pdf(sheet_of(found, request.practice, facts=facts)), found)


@require_POST
@coach_page(Permission.PREPARE_REPORTS)
def report_draft(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = access.report_for_member(request, pk)
    told = _("The facts are gathered. The coach reads and checks them.")
    return _step(request, found, services.draft_report, told)


@require_POST
@coach_page(Permission.COACH_CLIENTS)
def report_refresh(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = access.report_for_coach(request, pk)
    return _step(request, found, services.refresh_facts, _("The facts are as of now."))


@require_POST
@coach_page(Permission.COACH_CLIENTS)
def report_check(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = access.report_for_coach(request, pk)
    return _step(request, found, services.check_report, _("Checked. It can go to the client."))


@require_POST
@coach_page(Permission.COACH_CLIENTS)
def report_reopen(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = access.report_for_coach(request, pk)
    return _step(request, found, services.reopen_report, _("It is a draft again."))


@require_POST
@coach_page(Permission.COACH_CLIENTS)
@looks_first
def report_send(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = access.report_for_coach(request, pk)
    return _step(request, found, services.send_for_review, _("The client has been asked."))


@require_POST
@coach_page(Permission.COACH_CLIENTS)
@looks_first
def report_issue(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = access.report_for_coach(request, pk)
    told = _("Issued. The PDF is being made, then everybody gets a mail.")
    service = _issue_and_tell if is_looking(request.POST) else issue_report
    return _step(request, found, service, told)


def _issue_and_tell(*, report: ProgressReport, by: Membership, now: datetime) -> ProgressReport:
    """For looking: most of its mails wait for the PDF, which is not made for that."""
    issued = issue_report(report=report, by=by, now=now)
    tell_as_if_made(report=issued, now=now)
    return issued


def report_page(
    request: PracticeRequest,
    found: ProgressReport,
    *,
    status: int = HTTPStatus.OK,
    **typed: Any,
) -> HttpResponse:
    """The page of one report; `typed` is what a refused save brought."""
    may_read = access.may_read_report(request, found)
    if may_read:
        access.record_report_read(request, found, now=timezone.now())
    context = {
        "active": "reports",
        "page": state_page(found, today_in(request)),
        "draft": draft_of(found) if may_read else None,
        "may_prepare": Permission.PREPARE_REPORTS in request.permissions,
        **typed,
    }
    return render_page(request, "tracking/coach/report.html", context, status=status)


def _step(
    request: PracticeRequest,
    found: ProgressReport,
    service: Callable[..., ProgressReport],
    told: StrOrPromise,
) -> HttpResponse:
    step = partial(service, report=found, by=request.membership, now=timezone.now())
    try:
        step()
    except ReportRefused as refused:
        messages.error(request, str(REFUSALS[refused.reason]) % {"who": refused.who})
    else:
        messages.success(request, told)
    return redirect("coach:report", request.practice.slug, found.pk)
