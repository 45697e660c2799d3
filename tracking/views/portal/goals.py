"""The client's own goals."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.access import own_client
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page
from tracking.access.clients import running_engagement
from tracking.access.goals import own_goal
from tracking.forms.goals import (
    GoalTitleForm,
    OwnGoalForm,
    OwnRatingForm,
    SponsorWordingForm,
    StateForm,
    TargetForm,
    WordingForm,
)
from tracking.models import Goal, GoalRating
from tracking.policies.goals import AlreadySettled, GoalRefused, NoSponsor, TooMany
from tracking.queries.goal_charts import course_chart
from tracking.queries.goal_titles import titled_goals
from tracking.queries.goals import goal_of_client, goals_of_client
from tracking.services.goal_titles import keep_from_assistant, let_assistant_read
from tracking.services.goals import add_goal, reopen_goal, revise_goal, set_target, settle_goal
from tracking.services.ratings import rate_goal
from tracking.services.sponsor_wordings import hide_from_sponsor, show_to_sponsor


@portal_page
@require_safe
def goals(request: PracticeRequest) -> HttpResponse:
    client = own_client(request)
    engagement = running_engagement(client)
    context = {
        "active": "goals",
        "goals": goals_of_client(client.pk),
        "can_add": engagement is not None,
        "is_sponsored": engagement is not None and engagement.is_sponsored,
    }
    return render_page(request, "tracking/portal/goals.html", context)


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def goal_new(request: PracticeRequest) -> HttpResponse:
    engagement = running_engagement(own_client(request))
    if engagement is None:
        raise Http404
    form = OwnGoalForm(request.POST or None)
    if form.is_valid():
        try:
            added = add_goal(
                engagement=engagement,
                **form.cleaned_data,
                by=request.membership,
                now=timezone.now(),
            )
        except TooMany:
            form.add_error(None, _("Twenty goals are more than anybody can keep in mind."))
        else:
            messages.success(request, _("Added. You and your coach see it, nobody else."))
            return redirect("portal:goal", request.practice.slug, added.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"active": "goals", "form": form}
    return render_page(request, "tracking/portal/goal_new.html", context, status=status)


@portal_page
@require_safe
def goal(request: PracticeRequest, pk: UUID) -> HttpResponse:
    return _page(request, own_goal(request, pk))


@portal_page
@require_POST
def goal_revise(request: PracticeRequest, pk: UUID) -> HttpResponse:
    row = own_goal(request, pk)
    form = WordingForm(request.POST)
    if not form.is_valid():
        return _page(request, row, wording_form=form)
    try:
        revise_goal(goal=row, **form.cleaned_data, by=request.membership, now=timezone.now())
    except GoalRefused as refusal:
        return _refused(request, row, refusal)
    messages.success(request, _("Reworded. Your first words stay beside it."))
    return redirect("portal:goal", request.practice.slug, pk)


@portal_page
@require_POST
def goal_rate(request: PracticeRequest, pk: UUID) -> HttpResponse:
    row = own_goal(request, pk)
    form = OwnRatingForm(request.POST)
    if not form.is_valid():
        return _page(request, row, rating_form=form)
    try:
        rate_goal(
            goal=row,
            score=form.cleaned_data["score"],
            rater=GoalRating.Rater.SELF,
            by=request.membership,
            now=timezone.now(),
        )
    except AlreadySettled as refusal:
        return _refused(request, row, refusal)
    messages.success(request, _("Saved: %(score)s of 10.") % {"score": form.cleaned_data["score"]})
    return redirect("portal:goal", request.practice.slug, pk)


@portal_page
@require_POST
def goal_target(request: PracticeRequest, pk: UUID) -> HttpResponse:
    row = own_goal(request, pk)
    form = TargetForm(request.POST)
    if not form.is_valid():
        return _page(request, row, target_form=form)
    try:
        set_target(
            goal=row, target=form.cleaned_data["target"], by=request.membership, now=timezone.now()
        )
    except AlreadySettled as refusal:
        return _refused(request, row, refusal)
    messages.success(request, _("The target is set."))
    return redirect("portal:goal", request.practice.slug, pk)


@portal_page
@require_POST
def goal_state(request: PracticeRequest, pk: UUID) -> HttpResponse:
    row = own_goal(request, pk)
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
    told = {
        Goal.State.REACHED: _("Reached. Well done."),
        Goal.State.DROPPED: _("Let go. It stays readable here."),
        Goal.State.OPEN: _("It is open again."),
    }
    messages.success(request, told[Goal.State(wanted)])
    return redirect("portal:goal", request.practice.slug, pk)


@portal_page
@require_POST
def goal_show(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Mark the goal for the sponsor, in words for the sponsor."""
    row = own_goal(request, pk)
    form = SponsorWordingForm(request.POST)
    if row.engagement.is_sponsored and not form.is_valid():
        return _page(request, row, sponsor_form=form)
    try:
        show_to_sponsor(
            goal=row,
            wording=form.cleaned_data.get("wording", "") if form.is_valid() else "",
            by=request.membership,
            now=timezone.now(),
        )
    except NoSponsor:
        raise Http404 from None
    messages.success(request, _("Kept. Your sponsor sees it as far as you all have signed."))
    return redirect("portal:goal", request.practice.slug, pk)


@portal_page
@require_POST
def goal_hide(request: PracticeRequest, pk: UUID) -> HttpResponse:
    row = own_goal(request, pk)
    try:
        hide_from_sponsor(goal=row, by=request.membership, now=timezone.now())
    except NoSponsor:
        raise Http404 from None
    messages.success(
        request, _("Your sponsor sees this goal no more. Reports already issued stay as they are.")
    )
    return redirect("portal:goal", request.practice.slug, pk)


@portal_page
@require_POST
def goal_title(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What assistants may call it; `do` takes it away from them."""
    row = own_goal(request, pk)
    if request.POST.get("do"):
        keep_from_assistant(goal=row, by=request.membership, now=timezone.now())
        messages.success(request, _("Assistants read nothing of this goal any more."))
        return redirect("portal:goal", request.practice.slug, pk)
    form = GoalTitleForm(request.POST)
    if not form.is_valid():
        return _page(request, row, title_form=form)
    title = form.cleaned_data["title"]
    let_assistant_read(goal=row, title=title, by=request.membership, now=timezone.now())
    messages.success(request, _("Kept. Assistants read this title, and no other word of the goal."))
    return redirect("portal:goal", request.practice.slug, pk)


def _page(request: PracticeRequest, row: Goal, **bound: forms.Form) -> HttpResponse:
    """The goal's page; `bound` are forms that came back with errors."""
    course = goal_of_client(row.pk, row.client_id)
    if course is None:
        raise Http404
    title = "".join(each.title for each in titled_goals(row.client_id, goal_id=row.pk))
    context = {
        "active": "goals",
        "goal": course,
        "chart": course_chart(course),
        "sponsor": row.engagement.sponsor_organisation,
        "wording_form": WordingForm(initial={"text": course.current.text}),
        "rating_form": OwnRatingForm(),
        "target_form": TargetForm(initial={"target": course.target}),
        "title_now": title,
        "title_form": GoalTitleForm(initial={"title": title}),
        "sponsor_form": SponsorWordingForm(initial={"wording": course.sponsor_wording}),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bound else HTTPStatus.OK
    return render_page(request, "tracking/portal/goal.html", context | bound, status=status)


def _refused(request: PracticeRequest, row: Goal, refusal: GoalRefused) -> HttpResponse:
    if isinstance(refusal, TooMany):
        messages.error(request, _("This goal has been reworded as often as it can be."))
    else:
        messages.error(request, _("The goal was reached or let go. Take it up again first."))
    return redirect("portal:goal", request.practice.slug, row.pk)
