"""Requests that wait for their coach: the list, and one with what the booker wrote."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.practices.views.looking import looks_first
from coachops.web.pages import render_page
from scheduling.access import (
    answers_for_coach,
    coaches_for_member,
    may_change_second,
    request_for_member,
)
from scheduling.policies import Refused
from scheduling.queries.facts import place_in_words, refusal_in_words
from scheduling.queries.series_places import place_in_series
from scheduling.queries.sessions import line_of, requested_of_coaches
from scheduling.services.approvals import approve_request, decline_request


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def waiting(request: PracticeRequest) -> HttpResponse:
    """Everything that waits for a yes or a no."""
    coaches = coaches_for_member(request)
    context = {
        "active": "calendar",
        "lines": requested_of_coaches([coach.pk for coach in coaches], timezone.now()),
        "shows_coach": len(coaches) > 1,
    }
    return render_page(request, "scheduling/coach/requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
@looks_first
def booking(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """One booking: when, who, what was asked and answered. POST says yes or no to a request."""
    found, now = request_for_member(request, pk), timezone.now()
    refusal = ""
    if request.method == "POST":
        try:
            if "approve" in request.POST:
                approve_request(session=found, now=now)
                messages.success(request, _("Booked. The invitations go out now."))
            else:
                decline_request(session=found, now=now)
                messages.success(request, _("Declined. They hear of it by e-mail."))
            return redirect("coach:booking_requests", request.practice.slug)
        except Refused as refused:
            refusal = refusal_in_words(refused.reason, coach=found.coach.name.split()[0])
    is_own = found.coach_id == request.membership.pk
    context = {
        "active": "calendar",
        "line": line_of(found),
        "session": found,
        "where": place_in_words(found.place, found.place_details),
        "answers": answers_for_coach(request, found, now) if is_own else (),
        "is_own": is_own,
        "may_change_second": may_change_second(request, found, now),
        "series": place_in_series(found, found.coach_time_zone),
        "refusal": refusal,
    }
    return render_page(
        request, "scheduling/coach/booking.html", context, status=409 if refusal else 200
    )
