"""Cohorts from the coach's side: plan the dates, keep the roster, see who came."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.practices.views.looking import looks_first
from coachops.web.pages import render_page
from scheduling.access import (
    client_on_roster,
    coaches_for_member,
    cohort_for_member,
    possible_participants,
)
from scheduling.forms.cohorts import (
    CohortChangeForm,
    CohortForm,
    DateForm,
    asked_rhythm,
    initial_of_cohort,
)
from scheduling.forms.groups import AddPersonForm
from scheduling.models import Cohort, Offering
from scheduling.policies import CancelledBy
from scheduling.policies.groups import GroupRefused
from scheduling.queries.cohorts import cohort_page, people_to_put_on
from scheduling.queries.groups import group_offerings_of, group_refusal_in_words
from scheduling.queries.series import Asker, preview
from scheduling.queries.series_desk import date_problem
from scheduling.services.cohorts import (
    add_date,
    cancel_cohort,
    change_cohort,
    join_cohort,
    leave_cohort,
    plan_cohort,
)
from scheduling.services.series import DateTaken
from scheduling.services.times import SlotTaken
from scheduling.views.series_steps import chosen_offering

MOST_PEOPLE = 400


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def new(request: PracticeRequest) -> HttpResponse:
    """Rhythm and first date, then every date with what speaks against it, and the people."""
    offerings = group_offerings_of([coach.pk for coach in coaches_for_member(request)])
    if not offerings:
        return render_page(request, "scheduling/coach/group_nothing.html", {"active": "groups"})
    offering, now = chosen_offering(request, offerings), timezone.now()
    form = CohortForm(
        request.POST if request.method == "POST" else None,
        clients=possible_participants(request, offering.coach_id)[:MOST_PEOPLE],
        initial=initial_of_cohort(offering, uuid4()),
    )
    status, problem = (422 if form.is_bound else 200), ""
    if form.is_valid():
        planned, problem = _plan(offering, form)
        if planned is not None:
            messages.success(request, _("Planned. Everybody gets their dates by e-mail now."))
            return redirect("coach:cohort", request.practice.slug, planned.pk)
        status = 409
    rhythm = asked_rhythm(request.GET, offering)
    plan = rhythm.plan()
    asker = Asker(offering.schedule.time_zone, by_coach=True)
    context = {
        "active": "groups",
        "offering": offering,
        "offerings": offerings,
        "rhythm_form": rhythm,
        "occurrences": preview(offering, plan, asker, now) if plan else (),
        "plan": plan,
        "form": form,
        "problem": problem,
        "picked": request.POST.getlist("at"),
    }
    return render_page(request, "scheduling/coach/cohort_new.html", context, status=status)


def _plan(offering: Offering, form: CohortForm) -> tuple[Cohort | None, str]:
    """The cohort, or why there is none."""
    try:
        cohort = plan_cohort(
            offering=offering,
            plan=form.cohort(),
            roster=form.roster(),
            booking_key=form.cleaned_data["booking_key"],
            now=timezone.now(),
        )
    except DateTaken as taken:
        return None, date_problem(taken.starts_at, offering.schedule.time_zone)
    except GroupRefused as refused:
        return None, group_refusal_in_words(refused.reason, who=refused.who)
    return cohort, ""


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def cohort(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The roster by dates."""
    return _show(request, cohort_for_member(request, pk))


def _show(
    request: PracticeRequest, found: Cohort, *, status: int = 200, **forms: object
) -> HttpResponse:
    clients = possible_participants(request, found.series.coach_id)
    initial = {"name": found.name, "capacity": found.capacity, "is_open": found.is_open}
    context = {
        "active": "groups",
        "page": cohort_page(found, timezone.now()),
        "zone": found.series.time_zone,
        "add_form": AddPersonForm(clients=people_to_put_on(found, clients)),
        "change_form": CohortChangeForm(initial=initial),
        "date_form": DateForm(
            offering=found.series.offering,
            initial={"booking_key": uuid4(), "at": found.series.wall_time.strftime("%H:%M")},
        ),
        "alternatives": (),
        **forms,
    }
    return render_page(request, "scheduling/coach/cohort.html", context, status=status)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def add(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """One of the coach's clients gets a place in all coming dates."""
    found, now = cohort_for_member(request, pk), timezone.now()
    clients = possible_participants(request, found.series.coach_id)
    form = AddPersonForm(request.POST, clients=people_to_put_on(found, clients))
    if not form.is_valid():
        messages.error(request, _("Choose somebody from the list."))
        return _back(request, found)

    def join() -> str:
        seats = join_cohort(cohort=found, client=form.chosen(), now=now)
        waits = sum(seat.state == "waiting" for seat in seats)
        if not waits:
            return _("Added to all coming dates. The invitations are on their way.")
        words = ngettext(
            "Added. One date is full: they wait for it.",
            "Added. %(n)d dates are full: they wait for those.",
            waits,
        )
        return words % {"n": waits}

    return _done(request, found, join)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def remove(request: PracticeRequest, pk: UUID, client_pk: UUID) -> HttpResponse:
    """Off the roster and all coming dates, at no cost."""
    found, now = cohort_for_member(request, pk), timezone.now()
    client = client_on_roster(found, client_pk)

    def leave() -> str:
        leave_cohort(cohort=found, client=client, left_by=CancelledBy.COACH, now=now)
        return _("Taken off all coming dates. They hear of it, nobody else does.")

    return _done(request, found, leave)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def change(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Name, places, and who may join single dates."""
    found, now = cohort_for_member(request, pk), timezone.now()
    form = CohortChangeForm(request.POST)
    if not form.is_valid():
        return _show(request, found, status=422, change_form=form)

    try:
        change_cohort(cohort=found, now=now, **form.cleaned_data)
    except GroupRefused as refused:
        form.add_error("capacity", group_refusal_in_words(refused.reason, who=refused.who))
        return _show(request, found, status=409, change_form=form)
    messages.success(request, _("Changed."))
    return _back(request, found)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def date_new(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """One more date for everybody on the roster."""
    found, now = cohort_for_member(request, pk), timezone.now()
    form = DateForm(request.POST, offering=found.series.offering)
    if not form.is_valid():
        return _show(request, found, status=422, date_form=form)
    answers = form.cleaned_data
    try:
        added = add_date(
            cohort=found,
            starts_at=answers["starts_at"],
            topic=answers["topic"],
            booking_key=answers["booking_key"],
            now=now,
        )
    except SlotTaken as taken:
        alternatives = taken.alternatives
        return _show(
            request, found, status=409, date_form=form, is_taken=True, alternatives=alternatives
        )
    except GroupRefused as refused:
        form.add_error(None, group_refusal_in_words(refused.reason, who=refused.who))
        return _show(request, found, status=409, date_form=form)
    messages.success(request, _("Added. Everybody gets the invitation now."))
    for each in added.without:
        why = group_refusal_in_words(each.reason, who=each.who)
        messages.error(request, _("No place for %(who)s. %(why)s") % {"who": each.who, "why": why})
    return _back(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
@looks_first
def cancel(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Every coming date, at no cost to anybody."""
    found, now = cohort_for_member(request, pk), timezone.now()
    if request.method == "POST":
        count = len(cancel_cohort(cohort=found, now=now))
        words = ngettext("One date cancelled.", "%(n)d dates cancelled.", count)
        messages.success(request, words % {"n": count})
        return _back(request, found)
    context = {"active": "groups", "page": cohort_page(found, now)}
    return render_page(request, "scheduling/coach/cohort_cancel.html", context)


def _done(request: PracticeRequest, found: Cohort, act: Callable[[], str]) -> HttpResponse:
    """Do it, say so or why not, and show the cohort again."""
    try:
        messages.success(request, act())
    except GroupRefused as refused:
        words = group_refusal_in_words(refused.reason, who=refused.who)
        messages.error(request, words)
    return _back(request, found)


def _back(request: PracticeRequest, found: Cohort) -> HttpResponse:
    return redirect("coach:cohort", request.practice.slug, found.pk)
