"""Weekly hours, and the schedules that a coach keeps beside one another."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.models import Membership
from coachops.practices.roles import Permission
from scheduling.access import schedule_for_member
from scheduling.forms.availability import HoursForm, reshaped, texts_of, typed_rows
from scheduling.forms.schedules import ScheduleForm
from scheduling.queries.availability import (
    Availability,
    availability_of,
    given_offerings_of,
    next_free,
)
from scheduling.services.availability import (
    DEFAULT_WEEK,
    NameTaken,
    ScheduleInUse,
    add_schedule,
    delete_schedule,
    install_default_hours,
    rename_schedule,
    replace_hours,
    use_schedule,
)
from scheduling.views.coach.availability_frame import Frame, frame_of, framed, nobody

DEFAULT_ROWS = {day: list(rows) for day, rows in DEFAULT_WEEK.items()}


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def hours(request: PracticeRequest) -> HttpResponse:
    """The week as a form. Buttons add, remove and copy rows without saving anything."""
    frame = frame_of(request)
    if frame is None:
        return nobody(request)
    coach = frame.coach
    if request.method == "POST" and "default" in request.POST:
        install_default_hours(coach=coach, time_zone=coach.user.time_zone, now=frame.now)
        messages.success(request, _("Your hours are set: Monday to Friday, 9:00 to 17:00."))
        return frame.back_to("availability")
    found = availability_of(coach.pk, timezone.localdate(frame.now), frame.schedule)
    if request.method != "POST":
        return _page(frame, _stored(found, coach))
    zone = request.POST.get("time_zone", "")
    if {"add", "remove", "copy"} & request.POST.keys():
        return _page(frame, HoursForm(texts=reshaped(request.POST), time_zone=zone))
    form = HoursForm(request.POST, texts=typed_rows(request.POST))
    if not form.is_valid():
        return _page(frame, form, status=422)
    replace_hours(
        coach=coach,
        time_zone=form.cleaned_data["time_zone"],
        weekly=form.cleaned_data["weekly"],
        now=frame.now,
        schedule=frame.schedule,
    )
    messages.success(request, _("Your hours are saved. Sessions that are booked stay as they are."))
    return frame.back_to("availability")


def _page(frame: Frame, form: HoursForm, *, status: int = 200) -> HttpResponse:
    given = [each for each in given_offerings_of(frame.coach.pk) if not each.offering.archived_at]
    shown = frame.schedule.pk if frame.schedule else None
    offering = next((each.offering for each in given if each.schedule_id == shown), None)
    context = {
        "form": form,
        "offering": offering,
        "free": next_free(offering, frame.now, coach_id=frame.coach.pk) if offering else [],
        "has_offerings": bool(given),
    }
    return frame.page("availability", "scheduling/coach/availability.html", context, status=status)


def _stored(found: Availability, coach: Membership) -> HoursForm:
    if found.schedule is None:
        return HoursForm(texts=texts_of(DEFAULT_ROWS), time_zone=coach.user.time_zone)
    return HoursForm.of(found.weekly, found.schedule.time_zone)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def schedule_new(request: PracticeRequest) -> HttpResponse:
    """Another set of hours, copied from the one that was open."""
    frame = frame_of(request)
    if frame is None:
        return nobody(request)
    if frame.schedule is None:
        return frame.back_to("availability")
    form = ScheduleForm(
        request.POST if request.method == "POST" else None,
        offerings=[each.offering for each in given_offerings_of(frame.coach.pk)],
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = add_schedule(
                coach=frame.coach,
                name=form.cleaned_data["name"],
                like=frame.schedule,
                now=frame.now,
            )
        except NameTaken:
            form.add_error("name", _("You have a schedule of this name. Choose another."))
        else:
            use_schedule(schedule=made, offerings=form.chosen(), now=frame.now)
            messages.success(request, _("Your new schedule is a copy. Now change its hours."))
            return framed(request, frame.coach, made).back_to("availability")
    context = {"form": form}
    status = 422 if form.errors else 200
    return frame.page("", "scheduling/coach/schedule_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def schedule(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The name of a schedule, and the offerings that use it."""
    found = schedule_for_member(request, pk)
    frame = framed(request, found.coach, found)
    given = given_offerings_of(found.coach_id)
    used = next(line.uses for line in frame.schedules if line.id == found.pk)
    form = ScheduleForm(
        request.POST if request.method == "POST" else None,
        offerings=[each.offering for each in given],
        initial={
            "name": found.name,
            "offerings": [str(g.offering.pk) for g in given if g.schedule_id == found.pk],
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            rename_schedule(schedule=found, name=form.cleaned_data["name"], now=frame.now)
        except NameTaken:
            form.add_error("name", _("You have a schedule of this name. Choose another."))
        else:
            use_schedule(schedule=found, offerings=form.chosen(), now=frame.now)
            messages.success(request, _("Saved. Times are offered from these hours at once."))
            return frame.back_to("availability")
    context = {"form": form, "used": used}
    status = 422 if form.errors else 200
    return frame.page("", "scheduling/coach/schedule.html", context, status=status)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def schedule_delete(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Hours that no offering uses."""
    found = schedule_for_member(request, pk)
    coach = found.coach
    try:
        delete_schedule(schedule=found, now=timezone.now())
    except ScheduleInUse as used:
        text = _("It is used by %(names)s. Give these other hours first.")
        messages.error(request, text % {"names": ", ".join(used.names)})
        return framed(request, coach, found).back_to("availability")
    messages.success(request, _("The schedule is deleted."))
    return framed(request, coach, None).back_to("availability")
