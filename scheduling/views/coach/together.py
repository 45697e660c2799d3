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
from scheduling.access import seat_together, session_together
from scheduling.forms.groups import AttendanceForm
from scheduling.policies import Refused
from scheduling.policies.groups import GroupRefused
from scheduling.queries.together import together_page
from scheduling.services.seats import settle_seat


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def session(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """When, where, with whom; and who came, where several take part."""
    found = session_together(request, pk)
    context = {"active": "calendar", "page": together_page(found, timezone.now())}
    return render_page(request, "scheduling/coach/together.html", context)


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
