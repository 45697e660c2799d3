"""Beside an offering: the questions it asks, and its secret links."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from scheduling.access import booking_link_for_member, offering_for_member
from scheduling.forms.questions import BookingLinkForm, QuestionForm
from scheduling.models import Offering
from scheduling.policies.questions import QuestionKind
from scheduling.queries.offerings import booking_links_of
from scheduling.services.booking_links import create_booking_link, revoke_booking_link
from scheduling.services.questions import (
    TooManyQuestions,
    add_question,
    move_question,
    remove_question,
)

STEPS = {"up": -1, "down": 1}


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def questions(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What is asked when it is booked; POST adds one."""
    offering, now = offering_for_member(request, pk), timezone.now()
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            add_question(
                offering=offering,
                label=asked["label"],
                kind=QuestionKind(asked["kind"]),
                required=asked["required"],
                choices=asked["choices"],
                now=now,
            )
        except TooManyQuestions:
            form.add_error(None, _("Ten questions are the most. Take one away first."))
        else:
            messages.success(request, _("Added. It is asked from the next booking on."))
            return redirect("coach:offering_questions", request.practice.slug, offering.pk)
    context = {"active": "offerings", "offering": offering, "form": form}
    status = 422 if form.is_bound else 200
    return render_page(request, "scheduling/coach/questions.html", context, status=status)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def question_change(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Move a question up or down, or take it away."""
    offering, now = offering_for_member(request, pk), timezone.now()
    key = request.POST.get("question", "")
    step = STEPS.get(request.POST.get("move", ""))
    if step is not None:
        move_question(offering=offering, key=key, step=step, now=now)
    elif "remove" in request.POST:
        remove_question(offering=offering, key=key, now=now)
        messages.success(request, _("Taken away. Answers that were given stay."))
    return redirect("coach:offering_questions", request.practice.slug, offering.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def links(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Its secret links; POST makes one, which is shown this once."""
    offering, now = offering_for_member(request, pk), timezone.now()
    form = BookingLinkForm(request.POST if request.method == "POST" else None)
    made = ""
    if form.is_valid():
        asked = form.cleaned_data
        made = create_booking_link(
            offering=offering,
            now=now,
            note=asked["note"],
            most_bookings=asked["most_bookings"],
            expires_at=_end_of(asked["expires_on"], offering),
        )
        form = BookingLinkForm()
    context = {
        "active": "offerings",
        "offering": offering,
        "form": form,
        "made": made,
        "links": booking_links_of(offering, now),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "scheduling/coach/offering_links.html", context, status=status)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def link_revoke(request: PracticeRequest, pk: UUID, link_pk: UUID) -> HttpResponse:
    """Make a link useless."""
    offering = offering_for_member(request, pk)
    link = booking_link_for_member(offering, link_pk)
    revoke_booking_link(link=link, now=timezone.now())
    messages.success(request, _("Taken back. What was booked with it stays."))
    return redirect("coach:offering_links", request.practice.slug, offering.pk)


def _end_of(day: datetime | None, offering: Offering) -> datetime | None:
    """The midnight after a date, on the clock of the coach's hours."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), offering.schedule.zone)
