"""Preparation on the dashboard: what was answered, and the practice's rule."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.questionnaires.policies.questions import Kind
from coachops.questionnaires.queries.answers import reading_of
from coachops.questionnaires.queries.questionnaires import published
from coachops.questionnaires.views.filling import answer_file, discuss
from coachops.web.pages import render_page
from tracking.access.preparation import opened_preparation
from tracking.forms.preparation import PreparationPolicyForm
from tracking.queries.preparation import plan_lines, preparation_policy
from tracking.services.preparation import save_preparation_policy


@coach_page(Permission.COACH_CLIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def preparation(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What the client answered before a session. POST comments on it."""
    session, opened = opened_preparation(request, pk, now=timezone.now())
    if "file" in request.GET:
        return answer_file(opened, request.GET["file"])
    if request.method == "POST":
        discuss(request, opened)
        return redirect(request.path)
    context = {"active": "clients", "session": session, "reading": reading_of(opened)}
    return render_page(request, "tracking/coach/preparation.html", context)


@coach_page(Permission.MANAGE_PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def preparation_rule(request: PracticeRequest) -> HttpResponse:
    """Which questionnaire is asked before sessions, and when: of all coaches' clients."""
    form = PreparationPolicyForm(
        request.POST if request.method == "POST" else None,
        policy=preparation_policy(),
        versions=published(Kind.PREPARATION),
        plans=plan_lines(),
    )
    if form.is_valid():
        save_preparation_policy(by=request.membership, now=timezone.now(), **form.values())
        messages.success(request, _("Saved. It holds for sessions that come near from now on."))
        return redirect("coach:preparation_rule", request.practice.slug)
    return render_page(
        request,
        "tracking/coach/preparation_rule.html",
        {"active": "questionnaires", "form": form},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK,
    )
