"""The client's word on a report: exactly what the sponsor would get, before the sponsor gets it."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from django_stubs_ext import StrOrPromise

from clients.access import today_in
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page
from tracking.access import reports as access
from tracking.forms.reports import ChangesForm, ReviewForm
from tracking.models import ProgressReport
from tracking.policies.reports import Refusal, ReportRefused, ReportState
from tracking.queries.reports_document import document_of
from tracking.queries.reports_draft import (
    optional_parts,
    released_facts,
    shown_hash,
    takes_statement,
)
from tracking.queries.reports_pages import state_page
from tracking.services.reports_review import ask_for_changes, release_report
from tracking.views.files import pdf_response

REFUSALS: dict[Refusal, StrOrPromise] = {
    Refusal.WRONG_STATE: _("The report has moved on meanwhile. This is where it is now."),
    Refusal.ISSUED: _("The report has been issued and can no longer be changed."),
    Refusal.CLOSED: _("You have closed what your sponsor sees, so nothing can be released."),
    Refusal.NO_SUCH_PART: _("Choose from the parts that are in the report."),
    Refusal.NOT_AS_SHOWN: _(
        "The report has changed since you opened this page, so nothing was released. This is the"
        " new one: read it, then decide."
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def report(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Read it, try what it would be without a part, release it or ask for changes."""
    found = access.own_report(request, pk)
    if request.method != "POST":
        return _page(request, found, _review_form(request, found), ChangesForm())
    decision = request.POST.get("decision")
    if decision == "changes":
        return _ask(request, found)
    form = _review_form(request, found)
    if not form.is_valid():
        return _page(request, found, form, ChangesForm(), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if decision != "release":
        return _page(request, found, form, ChangesForm())
    return _release(request, found, form)


@require_safe
@portal_page
def report_pdf(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The file that the sponsor has, once it is issued."""
    found = access.own_report(request, pk)
    if not found.is_issued:
        raise Http404
    return pdf_response(access.file_of(found).file.open("rb"), found)


def _release(request: PracticeRequest, found: ProgressReport, form: ReviewForm) -> HttpResponse:
    try:
        release_report(
            report=found,
            struck=form.cleaned_data.get("struck", []),
            statement=form.cleaned_data.get("statement", ""),
            shown=request.POST.get("shown", ""),
            by=request.membership,
            now=timezone.now(),
        )
    except ReportRefused as refused:
        if refused.reason == Refusal.NOT_AS_SHOWN:
            return _changed(request, found.pk)
        messages.error(request, REFUSALS[refused.reason])
    else:
        messages.success(request, _("Released. Your coach issues it as you see it here."))
    return redirect("portal:report", request.practice.slug, found.pk)


def _changed(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The report as it is now, with what the client chose and wrote about the earlier one."""
    found = access.own_report(request, pk)
    form = _review_form(request, found)
    form.add_error(None, REFUSALS[Refusal.NOT_AS_SHOWN])
    return _page(request, found, form, ChangesForm(), status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _ask(request: PracticeRequest, found: ProgressReport) -> HttpResponse:
    form = ChangesForm(request.POST)
    if not form.is_valid():
        review = _review_form(request, found, bound=False)
        return _page(request, found, review, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        ask_for_changes(
            report=found,
            text=form.cleaned_data["changes"],
            by=request.membership,
            now=timezone.now(),
        )
    except ReportRefused as refused:
        messages.error(request, REFUSALS[refused.reason])
        return redirect("portal:report", request.practice.slug, found.pk)
    messages.success(request, _("Your coach has been told and will come back to you."))
    return redirect("portal:home", request.practice.slug)


def _review_form(
    request: PracticeRequest, found: ProgressReport, *, bound: bool = True
) -> ReviewForm:
    data = request.POST if bound and request.method == "POST" else None
    return ReviewForm(data, parts=optional_parts(found), with_statement=takes_statement(found))


def _page(
    request: PracticeRequest,
    found: ProgressReport,
    review: ReviewForm,
    changes: ChangesForm,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The document follows what is chosen in a form that was sent to look at it."""
    chosen = review.cleaned_data if review.is_bound and review.is_valid() else {}
    in_review = found.state == ReportState.IN_REVIEW
    facts = released_facts(
        found,
        struck=chosen.get("struck", []) if in_review else None,
        statement=chosen.get("statement", "") if in_review else None,
    )
    context = {
        "active": "sponsor-sees",
        "page": state_page(found, today_in(request)),
        "doc": document_of(facts, hash=found.snapshot_hash) if facts else None,
        "in_review": in_review,
        "is_tried": bool(chosen),
        "shown": shown_hash(found) if in_review else "",
        "review": review,
        "changes": changes,
    }
    return render_page(request, "tracking/portal/report.html", context, status=status)
