"""Hours, days that differ, and why a time is not offered."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.models import Membership
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from scheduling.access import coach_for_member, coaches_for_member
from scheduling.forms.availability import (
    DayForm,
    HoursForm,
    WhyForm,
    reshaped,
    texts_of,
    typed_rows,
)
from scheduling.queries.availability import (
    Availability,
    availability_of,
    days_between,
    explain,
    next_free,
)
from scheduling.queries.offerings import open_offerings_of
from scheduling.services.availability import (
    DEFAULT_WEEK,
    forget_day,
    install_default_hours,
    replace_hours,
    set_days,
)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def hours(request: PracticeRequest) -> HttpResponse:
    """The week as a form. Buttons add and remove rows without saving anything."""
    if not coaches_for_member(request):
        return render_page(request, "scheduling/coach/nobody.html", {"active": "availability"})
    coach = coach_for_member(request, request.GET.get("coach", ""))
    now = timezone.now()
    if request.method == "POST" and "default" in request.POST:
        install_default_hours(coach=coach, time_zone=coach.user.time_zone, now=now)
        messages.success(request, _("Your hours are set: Monday to Friday, 9:00 to 17:00."))
        return _back(request, coach)
    found = availability_of(coach.pk, now.date())
    if request.method != "POST":
        return _page(request, coach, found, _stored(found, coach))
    zone = request.POST.get("time_zone", "")
    if {"add", "remove", "copy"} & request.POST.keys():
        form = HoursForm(texts=reshaped(request.POST), time_zone=zone)
        return _page(request, coach, found, form)
    form = HoursForm(request.POST, texts=typed_rows(request.POST))
    if not form.is_valid():
        return _page(request, coach, found, form, status=422)
    replace_hours(
        coach=coach,
        time_zone=form.cleaned_data["time_zone"],
        weekly=form.cleaned_data["weekly"],
        now=now,
    )
    messages.success(request, _("Your hours are saved. Sessions that are booked stay as they are."))
    return _back(request, coach)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def add_days(request: PracticeRequest) -> HttpResponse:
    """Days off, or days with hours of their own."""
    coach, now = coach_for_member(request, request.GET.get("coach", "")), timezone.now()
    form = DayForm(request.POST)
    if not form.is_valid():
        found = availability_of(coach.pk, now.date())
        return _page(request, coach, found, _stored(found, coach), day_form=form, status=422)
    schedule = install_default_hours(coach=coach, time_zone=coach.user.time_zone, now=now)
    set_days(
        schedule=schedule,
        days=days_between(form.cleaned_data["first"], form.cleaned_data["last"]),
        hours=form.cleaned_data["hours"],
        now=now,
    )
    messages.success(request, _("Noted. Sessions that are booked on those days stay booked."))
    return _back(request, coach)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def forget(request: PracticeRequest) -> HttpResponse:
    """A day follows its weekday again."""
    coach, now = coach_for_member(request, request.GET.get("coach", "")), timezone.now()
    schedule = availability_of(coach.pk, now.date()).schedule
    day = _date(request.POST.get("day", ""))
    if schedule is not None and day is not None:
        forget_day(schedule=schedule, day=day, now=now)
        messages.success(request, _("That day follows your weekly hours again."))
    return _back(request, coach)


def _page(
    request: PracticeRequest,
    coach: Membership,
    found: Availability,
    form: HoursForm,
    *,
    day_form: DayForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    offerings = open_offerings_of(coach.pk)
    wanted = request.GET.get("offering", "")
    offering = next((each for each in offerings if str(each.pk) == wanted), None)
    offering = offering or (offerings[0] if offerings else None)
    why = WhyForm(request.GET if "why" in request.GET else None)
    answers = None
    if offering is not None and why.is_valid():
        answers = explain(offering, why.wall_time(), now)
    context = {
        "active": "availability",
        "coach": coach,
        "coaches": coaches_for_member(request),
        "availability": found,
        "form": form,
        "day_form": day_form or DayForm(),
        "offerings": offerings,
        "offering": offering,
        "free": next_free(offering, now) if offering else [],
        "why": why,
        "answers": answers,
    }
    return render_page(
        request, "scheduling/coach/availability.html", context, partials={"hours"}, status=status
    )


def _stored(found: Availability, coach: Membership) -> HoursForm:
    if found.schedule is None:
        return HoursForm(texts=texts_of(DEFAULT_WEEK_ROWS), time_zone=coach.user.time_zone)
    return HoursForm.of(found.weekly, found.schedule.time_zone)


DEFAULT_WEEK_ROWS = {day: list(rows) for day, rows in DEFAULT_WEEK.items()}


def _back(request: PracticeRequest, coach: Membership) -> HttpResponse:
    address = reverse("coach:availability", args=[request.practice.slug])
    return redirect(address if coach == request.membership else f"{address}?coach={coach.pk}")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
