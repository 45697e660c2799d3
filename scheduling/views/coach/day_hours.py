"""The opening hours of one day, changed from the calendar."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.models import Membership
from coachops.practices.roles import Permission
from coachops.web.pages import is_partial_request, render_page
from coachops.web.returning import way_back
from scheduling.access import coach_for_member
from scheduling.forms.calendar import DayHoursForm, rows_of_day
from scheduling.models import Schedule
from scheduling.queries.calendar_grid import clock
from scheduling.queries.calendar_times import hours_of_coach
from scheduling.services.availability import (
    forget_day,
    install_default_hours,
    replace_weekday,
    set_days,
    take_time_off,
)

type Rows = list[tuple[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def day_hours(request: PracticeRequest) -> HttpResponse:
    """Rows from when to when, a day off, or as usual. Adding a row saves nothing."""
    coach = coach_for_member(request, request.GET.get("coach", ""))
    day = _day(request)
    if request.method != "POST":
        return _page(request, coach, day, DayHoursForm(rows=_rows(request, coach, day)))
    rows = rows_of_day(request.POST)
    if "add" in request.POST:
        return _page(request, coach, day, DayHoursForm(rows=[*rows, ("", "")]))
    form = DayHoursForm({"reach": "day", **request.POST.dict()}, rows=rows)
    is_saved = not {"off", "usual"} & request.POST.keys()
    if is_saved and not form.is_valid():
        return _page(request, coach, day, form, status=422)
    _save(request, coach, day, form)
    return _back(request, coach, day)


def _save(request: PracticeRequest, coach: Membership, day: date, form: DayHoursForm) -> None:
    now = timezone.now()
    schedule = install_default_hours(coach=coach, time_zone=coach.user.time_zone, now=now)
    if "usual" in request.POST:
        forget_day(schedule=schedule, day=day, now=now)
        messages.success(request, _("That day follows your weekly hours again."))
        return
    if "off" in request.POST:
        take_time_off(coach=coach, first=day, last=day, now=now)
        messages.success(request, _("A day off. Sessions that are booked stay booked."))
        return
    hours = form.cleaned_data["hours"]
    if form.cleaned_data["reach"] == DayHoursForm.Reach.EVERY:
        replace_weekday(schedule=schedule, weekday=day.weekday(), hours=hours, now=now)
    else:
        set_days(schedule=schedule, days=[day], hours=hours, now=now)
    messages.success(request, _("Your hours are saved. Sessions that are booked stay as they are."))


def _day(request: PracticeRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return timezone.localdate(timezone=request.user.zone)


def _rows(request: PracticeRequest, coach: Membership, day: date) -> Rows:
    """As dragged in the calendar (`?hours=09:00-12:30,13:00-17:00`), else as they are."""
    if "hours" in request.GET:
        pairs = [each.partition("-") for each in request.GET["hours"].split(",") if each]
        return [(start, end) for start, _dash, end in pairs]
    written = hours_of_coach(coach.pk, day, day, timezone.now()).on(day)
    return [(clock(start), clock(end)) for start, end in written] or [("", "")]


def _page(
    request: PracticeRequest, coach: Membership, day: date, form: DayHoursForm, *, status: int = 200
) -> HttpResponse:
    form.name_weekday(date_format(day, "l"))
    hours = hours_of_coach(coach.pk, day, day, timezone.now())
    schedule = Schedule.objects.filter(pk=hours.schedule_id).first()
    context = {
        "active": "calendar",
        "coach": coach,
        "is_own": coach.pk == request.membership.pk,
        "day": day,
        "form": form,
        "schedule": schedule,
        "is_special": day in hours.special,
        "back": way_back(request, _fallback(request, coach, day)),
    }
    return render_page(
        request,
        "scheduling/coach/day_hours.html",
        context,
        partials={"calendar-dialog": "dialog"},
        status=status,
    )


def _fallback(request: PracticeRequest, coach: Membership, day: date) -> str:
    calendar = reverse("coach:calendar", args=[request.practice.slug])
    return f"{calendar}?on={day.isoformat()}&edit=hours&coach={coach.pk}"


def _back(request: PracticeRequest, coach: Membership, day: date) -> HttpResponse:
    address = way_back(request, _fallback(request, coach, day))
    if is_partial_request(request):
        return HttpResponseClientRedirect(address)
    return redirect(address)
