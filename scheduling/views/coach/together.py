"""A session that a coach leads together with another one, as the second of two sees it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from programs.services.ledger import NothingLeft
from scheduling.access import cohort_together, seat_together, session_together
from scheduling.forms.groups import AttendanceForm
from scheduling.policies import Refused
from scheduling.policies.groups import GroupRefused
from scheduling.queries.cohorts_together import cohort_together_page
from scheduling.queries.together import together_page
from scheduling.services.seats import settle_seat


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def session(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """When, where, with whom; and who came, where several take part."""
    found = session_together(request, pk)
    context = {"active": "calendar", "page": together_page(found, timezone.now())}
    return render_page(request, "scheduling/coach/together.html", context)


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def cohort(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The dates of a cohort that are led together, and who comes to them."""
    found, sessions = cohort_together(request, pk)
    second = sessions[0].second_coach
    led = {each.pk for each in sessions if each.second_coach_id == second.pk}
    page = cohort_together_page(found, second, led, timezone.now())
    context = {"active": "groups", "page": page}
    return render_page(request, "scheduling/coach/cohort_together.html", context)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def attendance(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Whether somebody took part. What that costs is not said to the second coach."""
    seat, now = seat_together(request, pk), timezone.now()
    form = AttendanceForm(request.POST)
    coach = seat.session.coach.name.split()[0]
    if not form.is_valid():
        messages.error(request, _("Say whether they took part."))
    else:
        try:
            settle_seat(seat=seat, outcome=form.cleaned_data["outcome"], reason="", now=now)
        except (GroupRefused, Refused, NothingLeft):
            messages.error(request, _("That cannot be noted here. Ask %s.") % coach)
        else:
            messages.success(request, _("Noted."))
    return redirect("coach:session_together", request.practice.slug, seat.session_id)
