"""Onboarding of one engagement: its steps, ticked off, left out, changed and added."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.access import engagement_for_member, step_for_member, today_in
from clients.forms.onboarding import NewStepForm, StepForm
from clients.models import Engagement, OnboardingStep
from clients.queries.engagements import facts_of
from clients.queries.onboarding import line_of, steps_of
from clients.services.onboarding import (
    PlannedStep,
    TooManySteps,
    add_step,
    change_step,
    reopen_step,
    settle_step,
)
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def engagement_onboarding(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The checklist; posting adds one more step to it."""
    engagement = engagement_for_member(request, pk)
    today = today_in(request)
    form = NewStepForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid() and _is_added(form, engagement):
        messages.success(request, _("The step is added."))
        return redirect("coach:engagement_onboarding", request.practice.slug, engagement.pk)
    steps = steps_of([engagement.pk], today).get(engagement.pk, ())
    return render_page(
        request,
        "clients/coach/onboarding.html",
        {
            "active": "onboarding",
            "engagement": facts_of(engagement),
            "client": engagement.client,
            "steps": steps,
            "open_count": sum(step.is_open for step in steps),
            "form": form,
        },
        status=UNPROCESSABLE if request.method == "POST" else 200,
    )


def _is_added(form: NewStepForm, engagement: Engagement) -> bool:
    given = form.cleaned_data
    step = PlannedStep(given["kind"], given["title"], given["owner"], given["due_on"])
    try:
        add_step(engagement=engagement, step=step, now=timezone.now())
    except TooManySteps:
        form.add_error(None, _("That is as many steps as one checklist can hold. Settle some."))
        return False
    return True


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def step_settle(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Done, or not needed for this client."""
    step = step_for_member(request, pk)
    is_needed = request.POST.get("answer") != "skip"
    settle_step(step=step, by=request.membership, is_needed=is_needed, now=timezone.now())
    words = _("“%(step)s” is done.") if is_needed else _("“%(step)s” is left out.")
    messages.success(request, words % {"step": step.title})
    return _back(request, step)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def step_reopen(request: PracticeRequest, pk: UUID) -> HttpResponse:
    step = step_for_member(request, pk)
    reopen_step(step=step, now=timezone.now())
    return _back(request, step)


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def step_edit(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Other words, another owner, another day."""
    step = step_for_member(request, pk)
    initial = {"title": step.title, "owner": step.owner, "due_on": step.due_on}
    form = StepForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_step(step=step, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return _back(request, step)
    return render_page(
        request,
        "clients/coach/onboarding_step.html",
        {
            "active": "onboarding",
            "step": line_of(step, today_in(request)),
            "client": step.engagement.client,
            "form": form,
        },
        status=UNPROCESSABLE if request.method == "POST" else 200,
    )


def _back(request: PracticeRequest, step: OnboardingStep) -> HttpResponse:
    """To where the button was pressed: the board, the desk, or the one checklist."""
    pages = {"board": "coach:onboarding", "desk": "coach:desk"}
    page = pages.get(request.POST.get("from", ""))
    if page is not None:
        return redirect(page, request.practice.slug)
    return redirect("coach:engagement_onboarding", request.practice.slug, step.engagement_id)
