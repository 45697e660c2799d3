"""Give a session to the coach who leads the engagement now."""

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
from coachops.practices.views.looking import looks_first
from coachops.web.clocks import city
from coachops.web.pages import render_page
from coachops.web.returning import way_back
from scheduling.access import session_for_member
from scheduling.models import Session
from scheduling.policies import Refused
from scheduling.queries.facts import refusal_in_words
from scheduling.queries.handover import Obstacle, landing_with, obstacle_in_words, successor_of
from scheduling.queries.sessions import line_of
from scheduling.services.handover import CannotTake, hand_over_session


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
@looks_first
def hand_over(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Shows who would take it and what is in the way; POST does it."""
    found, now = session_for_member(request, pk), timezone.now()
    successor = successor_of(found)
    if successor is None:
        return _page(request, found, None, obstacle_in_words(Obstacle.NOBODY, coach=""))
    if request.method == "POST":
        try:
            hand_over_session(session=found, coach=successor, now=now)
        except CannotTake as refused:
            problem = obstacle_in_words(refused.obstacle, coach=successor.name)
            return _page(request, found, successor, problem, status=409)
        except Refused as refused:
            problem = refusal_in_words(refused.reason, coach=found.coach.name.split()[0])
            return _page(request, found, successor, problem, status=409)
        messages.success(request, _("%(name)s holds it now.") % {"name": successor.name})
        today = reverse("coach:today", args=[request.practice.slug])
        return redirect(way_back(request, today))
    landing = landing_with(found, successor, now)
    if isinstance(landing, Obstacle):
        problem = obstacle_in_words(landing, coach=successor.name)
        return _page(request, found, successor, problem)
    return _page(request, found, successor, "")


def _page(
    request: PracticeRequest,
    found: Session,
    successor: Membership | None,
    problem: str,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "active": "today",
        "line": line_of(found),
        "has_left": found.coach.ended_at is not None,
        "successor": successor,
        "problem": problem,
        "zone_city": city(request.user.time_zone),
    }
    return render_page(request, "scheduling/coach/hand_over.html", context, status=status)
