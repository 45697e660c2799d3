"""A client's goals, as the coach sees and keeps them."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.access import client_for_coach
from clients.services.access_ledger import ContentKind
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import is_partial_request, render_page
from coachops.web.returning import way_back
from tracking.access.clients import opened_client, running_engagement
from tracking.access.goals import goal_for_coach, opened_goal, session_of_goal
from tracking.forms.goals import GoalForm, RatingForm, StateForm, TargetForm, WordingForm
from tracking.models import Goal
from tracking.policies.goals import AlreadySettled, GoalRefused, TooMany
from tracking.queries.goal_charts import course_chart
from tracking.queries.goals import goal_of_client, goals_of_client
from tracking.queries.tabs import client_tabs
from tracking.services.goals import add_goal, reopen_goal, revise_goal, set_target, settle_goal
from tracking.services.ratings import rate_goal


@coach_page(Permission.COACH_CLIENTS)
@require_safe
def goals(request: PracticeRequest, client_pk: UUID) -> HttpResponse:
    client = opened_client(request, client_pk, kind=ContentKind.GOALS, now=timezone.now())
    return render_page(
        request,
        "tracking/coach/goals.html",
        {
            "active": "clients",
            "client": client,
            "tabs": client_tabs(request.practice.slug, client.pk, is_team=client.is_team),
            "goals": goals_of_client(client.pk),
            "can_add": running_engagement(client) is not None,
        },
    )


@coach_page(Permission.COACH_CLIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def goal_new(request: PracticeRequest, client_pk: UUID) -> HttpResponse:
    client = client_for_coach(request, client_pk)
    engagement = running_engagement(client)
    if engagement is None:
        raise Http404
    form = GoalForm(request.POST or None)
    if form.is_valid():
        try:
            added = add_goal(
                engagement=engagement,
                text=form.cleaned_data["text"],
                target=form.cleaned_data["target"],
                by=request.membership,
                now=timezone.now(),
            )
        except TooMany:
            form.add_error(None, _("Twenty goals are more than anybody can keep in mind."))
        else:
            messages.success(
                request, _("Added. %(name)s sees it too.") % {"name": client.first_name}
            )
            return redirect("coach:goal", request.practice.slug, added.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"active": "clients", "client": client, "form": form}
    return render_page(request, "tracking/coach/goal_new.html", context, status=status)


@coach_page(Permission.COACH_CLIENTS)
@require_safe
def goal(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _page(request, pk)


@coach_page(Permission.COACH_CLIENTS)
@require_POST
def goal_revise(request: PracticeRequest, pk: UUID) -> HttpResponse:
    row = goal_for_coach(request, pk)
    form = WordingForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, wording_form=form)
    try:
        revise_goal(goal=row, **form.cleaned_data, by=request.membership, now=timezone.now())
    except GoalRefused as refusal:
        return _refused(request, row, refusal)
    messages.success(request, _("Reworded. The first words stay beside it."))
    return redirect("coach:goal", request.practice.slug, pk)


@coach_page(Permission.COACH_CLIENTS)
@require_POST
def goal_rate(request: PracticeRequest, pk: UUID) -> HttpResponse:
    row = goal_for_coach(request, pk)
    form = RatingForm(request.POST)
    if not form.is_valid():
        if is_partial_request(request):
            context = {"problem": _("Choose a number from 1 to 10.")}
            return render(request, "tracking/coach/goals.html#rating-problem", context, status=422)
        return _page(request, pk, rating_form=form)
    answer = form.cleaned_data
    try:
        rating = rate_goal(
            goal=row,
            score=answer["score"],
            rater=answer["rater"],
            session=session_of_goal(row, answer["session"]),
            by=request.membership,
            now=timezone.now(),
        )
    except AlreadySettled as refusal:
        return _refused(request, row, refusal)
    if is_partial_request(request):
        return render(request, "tracking/coach/goals.html#rated", {"score": rating.score})
    messages.success(request, _("Saved: %(score)s of 10.") % {"score": rating.score})
    return redirect(way_back(request, reverse("coach:goal", args=[request.practice.slug, pk])))


@coach_page(Permission.COACH_CLIENTS)
@require_POST
def goal_target(request: PracticeRequest, pk: UUID) -> HttpResponse:
    row = goal_for_coach(request, pk)
    form = TargetForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, target_form=form)
    try:
        set_target(
            goal=row, target=form.cleaned_data["target"], by=request.membership, now=timezone.now()
        )
    except AlreadySettled as refusal:
        return _refused(request, row, refusal)
    messages.success(request, _("The target is set."))
    return redirect("coach:goal", request.practice.slug, pk)


@coach_page(Permission.COACH_CLIENTS)
@require_POST
def goal_state(request: PracticeRequest, pk: UUID) -> HttpResponse:
    row = goal_for_coach(request, pk)
    form = StateForm(request.POST)
    if not form.is_valid():
        raise Http404
    wanted = form.cleaned_data["state"]
    try:
        if wanted == Goal.State.OPEN:
            reopen_goal(goal=row, by=request.membership, now=timezone.now())
        else:
            settle_goal(goal=row, state=wanted, by=request.membership, now=timezone.now())
    except AlreadySettled as refusal:
        return _refused(request, row, refusal)
    messages.success(request, _("Changed."))
    return redirect("coach:goal", request.practice.slug, pk)


def _page(request: PracticeRequest, pk: UUID, **bound: forms.Form) -> HttpResponse:
    """The goal's page; `bound` are forms that came back with errors."""
    row = opened_goal(request, pk, now=timezone.now())
    course = goal_of_client(row.pk, row.client_id)
    if course is None:
        raise Http404
    context = {
        "active": "clients",
        "client": row.client,
        "is_sponsored": row.engagement.is_sponsored,
        "goal": course,
        "chart": course_chart(course),
        "wording_form": WordingForm(initial={"text": course.current.text}),
        "rating_form": RatingForm(),
        "target_form": TargetForm(initial={"target": course.target}),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bound else HTTPStatus.OK
    return render_page(request, "tracking/coach/goal.html", context | bound, status=status)


def _refused(request: PracticeRequest, row: Goal, refusal: GoalRefused) -> HttpResponse:
    if isinstance(refusal, TooMany):
        messages.error(request, _("This goal has been reworded as often as it can be."))
    else:
        messages.error(request, _("The goal was reached or let go. Take it up again first."))
    return redirect("coach:goal", request.practice.slug, row.pk)
