"""The coach's week, and the sessions of which nobody has said what became."""

from datetime import date

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from scheduling.access import coach_for_member, coaches_for_member
from scheduling.forms.booking import OutcomeForm
from scheduling.queries.calendar import week_of_coach
from scheduling.queries.sessions import unconfirmed_outcomes


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def week(request: PracticeRequest) -> HttpResponse:
    """Monday to Friday as a grid, on a phone as an agenda; the week is in the address."""
    coaches = coaches_for_member(request)
    if not coaches:
        return render_page(request, "scheduling/coach/nobody.html", {"active": "calendar"})
    coach = coach_for_member(request, request.GET.get("coach", ""))
    now, zone = timezone.now(), request.user.zone
    try:
        day = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        day = now.astimezone(zone).date()
    context = {
        "active": "calendar",
        "coach": coach,
        "coaches": coaches,
        "is_own": coach.pk == request.membership.pk,
        "week": week_of_coach(coach.pk, day, zone, now),
        "unconfirmed": unconfirmed_outcomes(coach.pk, now),
    }
    return render_page(request, "scheduling/coach/calendar.html", context)


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def unconfirmed(request: PracticeRequest) -> HttpResponse:
    """Past sessions without an outcome, each with its buttons."""
    coach = coach_for_member(request, request.GET.get("coach", ""))
    context = {
        "active": "calendar",
        "lines": unconfirmed_outcomes(coach.pk, timezone.now(), limit=50),
        "form": OutcomeForm(),
    }
    return render_page(request, "scheduling/coach/unconfirmed.html", context)
