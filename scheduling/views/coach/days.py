"""Days that differ from the week: time off, other hours, public holidays, travel."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from scheduling.forms.days import HolidaysForm, OtherHoursForm, TimeOffForm, TravelForm
from scheduling.models import Schedule
from scheduling.queries.availability import (
    availability_of,
    booked_between,
    coming_holidays,
    days_between,
    journeys_of,
)
from scheduling.queries.public_holidays import country_name, region_name
from scheduling.services.availability import (
    TravelOverlaps,
    cancel_travel,
    forget_days,
    install_default_hours,
    observe_holidays,
    plan_travel,
    return_early,
    set_days,
    take_time_off,
    work_on,
)
from scheduling.views.coach.availability_frame import Frame, frame_of, nobody


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def days(request: PracticeRequest) -> HttpResponse:
    """The dates that differ; posting gives some their own hours, in this schedule alone."""
    frame = frame_of(request)
    if frame is None:
        return nobody(request)
    if request.method != "POST":
        return _days_page(frame) if frame.schedule else frame.back_to("availability")
    form = OtherHoursForm(request.POST)
    if not form.is_valid():
        return _days_page(frame, other=form)
    first, last = form.dates()
    set_days(
        schedule=_schedule(frame),
        days=days_between(first, last),
        hours=form.cleaned_data["hours"],
        note=form.cleaned_data["note"],
        now=frame.now,
    )
    _say_what_stays(request, frame, first, last)
    return frame.back_to("availability_days")


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def time_off(request: PracticeRequest) -> HttpResponse:
    """Away for some days, in every schedule."""
    frame = frame_of(request)
    if frame is None:
        return nobody(request)
    form = TimeOffForm(request.POST)
    if not form.is_valid():
        return _days_page(frame, off=form)
    _schedule(frame)
    first, last = form.dates()
    note = form.cleaned_data["note"]
    take_time_off(coach=frame.coach, first=first, last=last, note=note, now=frame.now)
    _say_what_stays(request, frame, first, last)
    return frame.back_to("availability_days")


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def forget(request: PracticeRequest) -> HttpResponse:
    """Dates follow their weekdays again; days off do so in every schedule."""
    frame = frame_of(request)
    if frame is None:
        return nobody(request)
    first = _date(request.POST.get("first", ""))
    last = _date(request.POST.get("last", "")) or first
    if frame.schedule is not None and first is not None and last is not None:
        if "off" in request.POST:
            return_early(coach=frame.coach, first=first, last=last, now=frame.now)
        forget_days(schedule=frame.schedule, first=first, last=last, now=frame.now)
        messages.success(request, _("Those days follow your weekly hours again."))
    return frame.back_to(_from(request))


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def holidays(request: PracticeRequest) -> HttpResponse:
    """Whose public holidays are days off, and the coming ones."""
    frame = frame_of(request)
    if frame is None:
        return nobody(request)
    schedule = frame.schedule
    if schedule is None:
        return frame.back_to("availability")
    form = HolidaysForm(request.POST if request.method == "POST" else None, schedule=schedule)
    if request.method == "POST" and form.is_valid():
        country, region = form.cleaned_data["country"], form.cleaned_data["region"]
        observe_holidays(schedule=schedule, country=country, region=region, now=frame.now)
        messages.success(request, _about_holidays(schedule))
        return frame.back_to("availability_holidays")
    context = {
        "form": form,
        "coming": coming_holidays(schedule, timezone.localdate(frame.now)),
        "place": country_name(schedule.holiday_country),
    }
    status = 422 if form.errors else 200
    template = "scheduling/coach/availability_holidays.html"
    return frame.page("availability_holidays", template, context, status=status)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def holiday_work(request: PracticeRequest) -> HttpResponse:
    """Work on one holiday at the hours of its weekday."""
    frame = frame_of(request)
    if frame is None:
        return nobody(request)
    day = _date(request.POST.get("day", ""))
    if frame.schedule is not None and day is not None:
        work_on(schedule=frame.schedule, day=day, now=frame.now)
        messages.success(request, _("You can be booked that day, at the hours of its weekday."))
    return frame.back_to("availability_holidays")


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def travel(request: PracticeRequest) -> HttpResponse:
    """Where the coach will be; hours are meant on the clock there."""
    frame = frame_of(request)
    if frame is None:
        return nobody(request)
    if frame.schedule is None:
        return frame.back_to("availability")
    form = TravelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        first, last = form.dates()
        zone = form.cleaned_data["time_zone"]
        try:
            plan_travel(coach=frame.coach, first=first, last=last, time_zone=zone, now=frame.now)
        except TravelOverlaps:
            form.add_error("first", _("You are elsewhere on some of these days already."))
        else:
            _say_what_stays(request, frame, first, last)
            return frame.back_to("availability_travel")
    journeys = journeys_of(frame.schedule, timezone.localdate(frame.now))
    context = {"form": form, "journeys": journeys}
    status = 422 if form.errors else 200
    template = "scheduling/coach/availability_travel.html"
    return frame.page("availability_travel", template, context, status=status)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def travel_cancel(request: PracticeRequest) -> HttpResponse:
    """The coach stays at home."""
    frame = frame_of(request)
    if frame is None:
        return nobody(request)
    first, last = _date(request.POST.get("first", "")), _date(request.POST.get("last", ""))
    if first is not None and last is not None:
        cancel_travel(coach=frame.coach, first=first, last=last, now=frame.now)
        messages.success(request, _("Your hours are meant on your usual clock on those days."))
    return frame.back_to("availability_travel")


def _days_page(
    frame: Frame, *, off: TimeOffForm | None = None, other: OtherHoursForm | None = None
) -> HttpResponse:
    found = availability_of(frame.coach.pk, timezone.localdate(frame.now), frame.schedule)
    context: dict[str, Any] = {
        "special_days": found.special_days,
        "off_form": off or TimeOffForm(),
        "other_form": other or OtherHoursForm(),
    }
    status = 422 if off or other else 200
    template = "scheduling/coach/availability_days.html"
    return frame.page("availability_days", template, context, status=status)


def _schedule(frame: Frame) -> Schedule:
    """The schedule of the page; the usual hours for a coach who has none yet."""
    coach = frame.coach
    return frame.schedule or install_default_hours(
        coach=coach, time_zone=coach.user.time_zone, now=timezone.now()
    )


def _say_what_stays(request: HttpRequest, frame: Frame, first: date, last: date) -> None:
    """Nothing that is booked moves by itself: say how much there is to move by hand."""
    zone = ZoneInfo(frame.schedule.time_zone if frame.schedule else frame.coach.user.time_zone)
    begins = datetime.combine(first, time(), zone)
    ends = datetime.combine(last + timedelta(days=1), time(), zone)
    count = booked_between(frame.coach.pk, begins, ends)
    text = _("Noted. Nothing is booked on those days.")
    if count:
        text = ngettext(
            "Noted. %(count)d session is booked on those days and stays as it is: move or cancel"
            " it in the calendar if you need to.",
            "Noted. %(count)d sessions are booked on those days and stay as they are: move or"
            " cancel them in the calendar if you need to.",
            count,
        ) % {"count": count}
    messages.success(request, text)


def _about_holidays(schedule: Schedule) -> str:
    if not schedule.holiday_country:
        return _("Public holidays are days like others now.")
    place = country_name(schedule.holiday_country)
    if schedule.holiday_region:
        place = region_name(schedule.holiday_country, schedule.holiday_region)
    return _("Public holidays of %(place)s are days off now.") % {"place": place}


def _from(request: HttpRequest) -> str:
    """The page that the button stood on."""
    return "availability_holidays" if "holiday" in request.POST else "availability_days"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
