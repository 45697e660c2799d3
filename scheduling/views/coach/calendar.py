"""The coach's calendar, and the sessions of which nobody has said what became."""

from datetime import date, datetime

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.access import coaches_of_member
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.models import Membership
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from scheduling.access import coach_for_member, coaches_for_member
from scheduling.forms.booking import OutcomeForm
from scheduling.forms.reach import is_in_reach
from scheduling.queries.calendar import calendar_of_coach, today_of_coach
from scheduling.queries.calendar_views import View
from scheduling.queries.sessions import unconfirmed_outcomes

EDITABLE = (View.DAY, View.WEEK)


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def calendar(request: PracticeRequest) -> HttpResponse:
    """Day, week, month or agenda; what is shown stands in the address."""
    coaches = coaches_for_member(request)
    if not coaches:
        return render_page(request, "scheduling/coach/nobody.html", {"active": "calendar"})
    wanted = request.GET.get("coach", "")
    coach = coach_for_member(request, wanted) if wanted else coaches[0]
    is_own = coach.pk == request.membership.pk
    if is_own:
        coach.user = request.user
    now, view = timezone.now(), _view(request)
    shown = calendar_of_coach(
        coach,
        view,
        _day(request, coach, now),
        now,
        is_editing=view in EDITABLE and request.GET.get("edit") == "hours",
        is_own=is_own,
    )
    context = {
        "active": "calendar",
        "coach": coach,
        "coaches": coaches,
        "is_own": is_own,
        "calendar": shown,
        "here": request.get_full_path(),
        "views": tuple((view.value, view.label) for view in View),
    }
    return render_page(request, "scheduling/coach/calendar.html", context)


def _view(request: PracticeRequest) -> View:
    wanted = request.GET.get("view", "")
    return View(wanted) if wanted in set(View) else View.WEEK


def _day(request: PracticeRequest, coach: Membership, now: datetime) -> date:
    """The day in the address; today, where it names none. `week` is what older links say."""
    today = today_of_coach(coach, now)
    try:
        day = date.fromisoformat(request.GET.get("on") or request.GET.get("week", ""))
    except ValueError:
        return today
    return day if is_in_reach(day) else today


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def unconfirmed(request: PracticeRequest) -> HttpResponse:
    """Past sessions without an outcome, each with its buttons; of one coach if so named."""
    wanted = request.GET.get("coach", "")
    coach_ids = [coach_for_member(request, wanted).pk] if wanted else coaches_of_member(request)
    context = {
        "active": "calendar",
        "lines": unconfirmed_outcomes(coach_ids, timezone.now(), limit=50),
        "is_own": coach_ids == [request.membership.pk],
        "form": OutcomeForm(),
    }
    return render_page(request, "scheduling/coach/unconfirmed.html", context)
