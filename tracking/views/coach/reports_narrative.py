"""What the coach adds to a report, saved as it is typed."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import is_partial_request
from tracking.access.reports import opened_report_for_coach
from tracking.forms.reports import NarrativeForm
from tracking.models import ProgressReport
from tracking.policies.reports import ReportRefused
from tracking.policies.texts import Conflict, both
from tracking.queries.reports_pages import draft_of
from tracking.services.reports import save_narrative
from tracking.views.coach.reports import REFUSALS, report_page


@require_POST
@coach_page(Permission.COACH_CLIENTS)
def report_narrative(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Nothing is overwritten that the coach has not seen, and nothing typed is lost."""
    now = timezone.now()
    report = opened_report_for_coach(request, pk, now=now)
    form = NarrativeForm(request.POST)
    if not form.is_valid():
        problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
        typed = str(request.POST.get("text", ""))
        return _refused(request, report, typed, problem=problem)
    text, version = _chosen(report, form)
    try:
        saved = save_narrative(
            report=report, text=text, version=version, by=request.membership, now=now
        )
    except Conflict as conflict:
        return _refused(request, report, text, conflict=conflict)
    except ReportRefused as refused:
        return _refused(request, report, text, problem=str(REFUSALS[refused.reason]))
    if form.cleaned_data["keep"] or not is_partial_request(request):
        messages.success(request, _("Saved."))
        return redirect("coach:report", request.practice.slug, pk)
    report.narrative = text
    context = {"saved": saved, "doc": draft_of(report).document}
    return render(request, "tracking/coach/report_narrative.html#saved", context)


def _chosen(report: ProgressReport, form: NarrativeForm) -> tuple[str, int]:
    """The text and the version it follows; after a conflict, what the writer decided."""
    answer = form.cleaned_data
    if not answer["keep"]:
        return str(answer["text"]), int(answer["version"])
    text = both(report.narrative, answer["text"]) if answer["keep"] == "both" else answer["text"]
    return str(text), int(answer["seen"] or 0)


def _refused(
    request: PracticeRequest,
    report: ProgressReport,
    typed: str,
    *,
    problem: str = "",
    conflict: Conflict | None = None,
) -> HttpResponse:
    """The text stays as it was typed; beside it stands what happened and what can be done."""
    status = HTTPStatus.CONFLICT if conflict else HTTPStatus.UNPROCESSABLE_ENTITY
    answer = {"typed": typed, "problem": problem, "conflict": conflict}
    if not is_partial_request(request):
        return report_page(request, report, status=status, **answer)
    context = {"report_id": report.pk, "is_answer": True, **answer}
    response = render(
        request, "tracking/coach/report_narrative.html#refused", context, status=status
    )
    return reswap(retarget(response, "#narrative-problem"), "innerHTML")
