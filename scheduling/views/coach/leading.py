"""Who leads a booked session together with its coach: somebody else, or nobody any more."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.models import Membership
from coachops.practices.roles import Permission
from coachops.web.clocks import city
from coachops.web.pages import render_page
from coachops.web.returning import way_back
from scheduling.access import coaches_for_member, session_led_by_member
from scheduling.forms.leading import NOBODY, SecondCoachForm
from scheduling.models import Session
from scheduling.policies import Refused, check_can_move
from scheduling.queries.facts import refusal_in_words
from scheduling.queries.sessions import line_of
from scheduling.queries.standing import standing_of
from scheduling.queries.together import in_the_way
from scheduling.services.second_coaches import CannotLead, change_second_coach


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def second_coach(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Who leads it too, and who could; POST changes it."""
    found, now = session_led_by_member(request, pk), timezone.now()
    others = _others(request, found)
    back = way_back(request, _page_of(request, found))
    form = SecondCoachForm(
        request.POST if request.method == "POST" else None,
        nobody=_("Nobody: %(name)s leads it alone") % {"name": found.coach.name},
        seconds=[(coach.pk, coach.name) for coach in others.values()],
        initial={"second_coach": str(found.second_coach_id or NOBODY)},
    )
    refusal, status = _refusal(found, now), 422 if form.is_bound else 200
    if form.is_valid() and not refusal:
        chosen = form.chosen()
        problem = _try_to_change(found, others[chosen] if chosen else None, now)
        if not problem:
            messages.success(request, _("Changed. Everybody concerned hears of it."))
            return redirect(back)
        form.add_error("second_coach", problem)
        status = 409
    context = {
        "active": "calendar",
        "line": line_of(found),
        "form": form,
        "refusal": refusal,
        "has_others": bool(others),
        "back": back,
        "zone_city": city(request.user.time_zone),
    }
    return render_page(request, "scheduling/coach/second_coach.html", context, status=status)


def _try_to_change(found: Session, coach: Membership | None, now: datetime) -> str:
    """Why it could not be; empty once it is done."""
    try:
        change_second_coach(session=found, coach=coach, now=now)
    except CannotLead as cannot:
        name = coach.name.split()[0] if coach else ""
        return _("%(why)s Choose somebody else.") % {"why": in_the_way(name, cannot.reasons)}
    except Refused as refused:
        return _in_words(found, refused)
    return ""


def _others(request: PracticeRequest, found: Session) -> dict[UUID, Membership]:
    """Whoever leads it too now, and the coaches whom the member looks after."""
    coaches = [found.second_coach] if found.second_coach_id is not None else []
    coaches += coaches_for_member(request)
    return {coach.pk: coach for coach in coaches if coach.pk != found.coach_id}


def _refusal(found: Session, now: datetime) -> str:
    try:
        check_can_move(standing_of(found), now, by_coach=True)
    except Refused as refused:
        return _in_words(found, refused)
    return ""


def _in_words(found: Session, refused: Refused) -> str:
    return refusal_in_words(refused.reason, coach=found.coach.name.split()[0])


def _page_of(request: PracticeRequest, found: Session) -> str:
    """The group, or the booking; its own page is for whoever coaches the client."""
    name = "coach:group" if found.capacity > 1 else "coach:booking"
    return reverse(name, args=[request.practice.slug, found.pk])
