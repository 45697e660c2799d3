"""From an empty practice to the first booked session, step by step."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from coachops.pages.queries.guided_start import guided_start
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.practices.services.practices import finish_guided_start
from coachops.web.pages import render_page


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def guided_start_page(request: PracticeRequest) -> HttpResponse:
    return render_page(
        request,
        "pages/coach/guided_start.html",
        {
            "active": "today",
            "start": guided_start(request.practice, request.membership),
            "may_finish": Permission.MANAGE_PRACTICE in request.permissions,
        },
    )


@require_POST
@coach_page(Permission.MANAGE_PRACTICE)
def finish(request: PracticeRequest) -> HttpResponse:
    finish_guided_start(practice=request.practice, now=timezone.now())
    return redirect("coach:today", request.practice.slug)
