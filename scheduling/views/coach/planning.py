"""Plan from the calendar: put a session there, or look at what a move would mean and then do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from clients.access import clients_for_member, today_in
from clients.models import Client
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.models import Membership
from coachops.practices.roles import Permission
from coachops.practices.views.looking import looks_first
from coachops.web.clocks import city
from coachops.web.pages import is_partial_request, render_page
from coachops.web.returning import way_back
from scheduling.access import coach_for_member, session_for_member
from scheduling.forms.calendar import MoveForm, PlanForm
from scheduling.models import Offering, Session
from scheduling.policies import Refused
from scheduling.policies.groups import GroupRefused
from scheduling.queries.facts import refusal_in_words
from scheduling.queries.planning import (
    Weighed,
    alternatives,
    check_move,
    clients_to_book,
    offerings_to_book,
    weigh,
)
from scheduling.queries.slots import load_rules
from scheduling.queries.standing import engagement_for_booking
from scheduling.services.booking import (
    BookerClient,
    Details,
    NotBookable,
    SlotTaken,
    book_session,
    check_is_bookable,
)
from scheduling.services.planning import ChangedMeanwhile, move_as_seen

DIALOG = {"calendar-dialog": "dialog"}
HOUR, QUARTER = timedelta(hours=1), 15


@dataclass(frozen=True, slots=True)
class _Desk:
    """Whose calendar it is, and whom and what can be booked there."""

    coach: Membership
    zone: ZoneInfo
    clients: list[Client]
    offerings: list[Offering]
    now: datetime

    def form(
        self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None
    ) -> PlanForm:
        return PlanForm(
            data, clients=self.clients, offerings=self.offerings, zone=self.zone, initial=initial
        )


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
@looks_first
def plan(request: PracticeRequest) -> HttpResponse:
    """Put a session into the calendar; what speaks against the time is said first."""
    desk = _desk(request)
    if not (desk.clients and desk.offerings) or request.method != "POST":
        return _form(request, desk, desk.form(initial=_wanted(request, desk)))
    form = desk.form(request.POST)
    if not form.is_valid():
        return _form(request, desk, form, status=422)
    at, offering = form.cleaned_data["start"], form.chosen_offering
    booker = _booker(form)
    rules = load_rules(offering.pk, desk.now, duration=form.cleaned_data["length"])
    try:
        check_is_bookable(offering=offering, booker=booker, by_coach=True)
        weighed = weigh(rules, at, desk.now)
        if weighed.hard or (weighed.soft and "anyway" not in request.POST):
            return _form(request, desk, form, weighed=weighed, status=409)
        session = book_session(
            offering=offering,
            starts_at=at,
            booker=booker,
            booking_key=form.key,
            booker_time_zone=booker.client.time_zone,
            now=desk.now,
            by_coach=True,
            details=Details(
                duration=form.cleaned_data["length"], booked_by_id=request.membership.pk
            ),
        )
    except SlotTaken:
        return _form(request, desk, form, weighed=weigh(rules, at, desk.now), status=409)
    except NotBookable as refused:
        form.add_error(None, refusal_in_words(refused.reason, coach=offering.coach.name.split()[0]))
        return _form(request, desk, form, status=422)
    name = booker.client.first_name
    messages.success(request, _("Booked. %(name)s gets the invitation now.") % {"name": name})
    return _back(request, session.starts_at.astimezone(desk.zone), desk.coach)


def _desk(request: PracticeRequest) -> _Desk:
    coach = coach_for_member(request, request.GET.get("coach", ""))
    visible = clients_for_member(request)
    return _Desk(
        coach=coach,
        zone=coach.user.zone,
        clients=clients_to_book(visible, coach.pk, today_in(request)),
        offerings=offerings_to_book(coach.pk),
        now=timezone.now(),
    )


def _booker(form: PlanForm) -> BookerClient:
    return BookerClient(
        form.chosen_client, engagement_for_booking(form.chosen_client, form.chosen_offering)
    )


def _wanted(request: PracticeRequest, desk: _Desk) -> dict[str, object]:
    """What the address asks for; else the next whole hour."""
    following = desk.now.astimezone(desk.zone).replace(minute=0, second=0) + HOUR
    length = request.GET.get("length", "")
    return {
        "client": request.GET.get("client", ""),
        "start": request.GET.get("start") or f"{following:%Y-%m-%dT%H:%M}",
        "length": int(length) if length.isdecimal() else _usual_length(desk),
        "booking_key": uuid4(),
    }


def _usual_length(desk: _Desk) -> int | None:
    return desk.offerings[0].duration if desk.offerings else None


def _form(
    request: PracticeRequest,
    desk: _Desk,
    form: PlanForm,
    *,
    weighed: Weighed | None = None,
    status: int = 200,
) -> HttpResponse:
    plan_url = reverse("coach:calendar_plan", args=[request.practice.slug])
    context = {
        "active": "calendar",
        "coach": desk.coach,
        "plan_url": f"{plan_url}?coach={desk.coach.pk}",
        "is_own": desk.coach.pk == request.membership.pk,
        "zone_city": city(desk.zone.key),
        "form": form,
        "can_book": bool(desk.clients and desk.offerings),
        "has_clients": bool(desk.clients),
        "weighed": weighed,
        "others": [
            (f"{each.astimezone(desk.zone):%Y-%m-%dT%H:%M}", words.label)
            for each, words in zip(
                weighed.nearby, alternatives(weighed.nearby, desk.zone), strict=True
            )
        ]
        if weighed
        else [],
        "back": _calendar_address(request, desk.coach),
    }
    return render_page(
        request, "scheduling/coach/plan.html", context, partials=DIALOG, status=status
    )


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def move_check(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What moving a session there would do. Changes nothing."""
    found = session_for_member(request, pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _checked(request, found, form, status=422)
    return _checked(request, found, form)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
@looks_first
def move_now(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Move it, if it still is as it was when that was looked at."""
    found, now = session_for_member(request, pk), timezone.now()
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _checked(request, found, form, status=422)
    at, version = form.cleaned_data["at"], form.cleaned_data["version"]
    try:
        moved = move_as_seen(session=found, starts_at=at, sequence=version, now=now)
    except (SlotTaken, Refused, GroupRefused, ChangedMeanwhile):
        return _checked(request, session_for_member(request, pk), form, status=409)
    messages.success(request, _("Moved. The new time is on its way to everybody."))
    return _back(request, moved.starts_at.astimezone(found.coach.user.zone), found.coach)


def _checked(
    request: PracticeRequest, session: Session, form: MoveForm, *, status: int = 200
) -> HttpResponse:
    check = None
    if form.is_valid():
        at, version = form.cleaned_data["at"], form.cleaned_data["version"]
        check = check_move(session, at, version, timezone.now())
        if status == 200 and not check.is_possible:
            status = 409
    context = {
        "active": "calendar",
        "session": session,
        "form": form,
        "check": check,
        "is_own": session.coach_id == request.membership.pk,
        "coach_name": session.coach.name,
        "back": _calendar_address(request, session.coach),
    }
    return render_page(
        request, "scheduling/coach/plan_move.html", context, partials=DIALOG, status=status
    )


def _calendar_address(request: PracticeRequest, coach: Membership) -> str:
    fallback = reverse("coach:calendar", args=[request.practice.slug])
    return way_back(request, f"{fallback}?coach={coach.pk}")


def _back(request: PracticeRequest, local: datetime, coach: Membership) -> HttpResponse:
    """To the calendar as it was open, else to the week of the session."""
    week = reverse("coach:calendar", args=[request.practice.slug])
    address = way_back(request, f"{week}?on={local:%Y-%m-%d}&coach={coach.pk}")
    if is_partial_request(request):
        return HttpResponseClientRedirect(address)
    return redirect(address)
