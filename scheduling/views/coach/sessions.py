"""Move, cancel and settle a session from the coach's side."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.practices.views.looking import looks_first
from coachops.web.clocks import TWENTY_FOUR, reader_clock
from coachops.web.pages import render_page
from coachops.web.returning import way_back
from programs.services.ledger import NothingLeft
from scheduling.access import may_change_second, session_for_member
from scheduling.forms.booking import ConfirmForm, OutcomeForm
from scheduling.models import Session
from scheduling.policies import CancelledBy, Refused
from scheduling.queries.changing import cancel_page, move_page
from scheduling.queries.facts import refusal_in_words
from scheduling.services.booking import SlotTaken
from scheduling.services.changes import cancel_session, move_session
from scheduling.services.outcomes import confirm_outcome


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
@looks_first
def move(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Another time; the change notice binds the client, not the coach."""
    found, now = session_for_member(request, pk), timezone.now()
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    alternatives, status = None, 422 if form.is_bound else 200
    try:
        if form.is_valid():
            move_session(session=found, starts_at=form.cleaned_data["at"], now=now, by_coach=True)
            messages.success(request, _("Moved. Both calendars hear of it now."))
            return _back(request, found)
    except SlotTaken as taken:
        alternatives, status = taken.alternatives, 409
    except Refused:
        status = 409
    clock = reader_clock(request, usual=TWENTY_FOUR)
    page = move_page(found, request.GET, now, by_coach=True, alternatives=alternatives, clock=clock)
    context = {
        "active": "calendar",
        "page": page,
        "picker": page.picker,
        "may_change_second": may_change_second(request, found, now),
    }
    return render_page(request, "scheduling/coach/move.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
@looks_first
def cancel(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Off, at no cost to the client."""
    found, now, status = session_for_member(request, pk), timezone.now(), 200
    try:
        if request.method == "POST":
            cancel_session(session=found, cancelled_by=CancelledBy.COACH, now=now)
            messages.success(request, _("Cancelled. It leaves both calendars now."))
            return _back(request, found)
    except Refused:
        status = 409
    context = {"active": "calendar", "page": cancel_page(found, now, by_coach=True)}
    return render_page(request, "scheduling/coach/cancel.html", context, status=status)


@require_POST
@coach_page(Permission.MANAGE_SCHEDULING)
def outcome(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What became of it; the ledger follows. Answers on the page it was asked from."""
    found, now = session_for_member(request, pk), timezone.now()
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        for problems in form.errors.values():
            messages.error(request, str(problems[0]))
        return _back(request, found)
    try:
        confirm_outcome(
            session=found,
            outcome=form.cleaned_data["outcome"],
            reason=form.cleaned_data["reason"],
            now=now,
        )
    except Refused as refused:
        messages.error(request, refusal_in_words(refused.reason, coach=found.coach.name.split()[0]))
    except NothingLeft:
        messages.error(request, _("The engagement has no session left for this. Add one first."))
    else:
        messages.success(request, _("Noted."))
    return _back(request, found)


def _back(request: PracticeRequest, session: Session) -> HttpResponse:
    """To the page that the form names, if it is one of ours; else to the coach's calendar."""
    calendar = reverse("coach:calendar", args=[request.practice.slug])
    if session.coach_id != request.membership.pk:
        calendar = f"{calendar}?coach={session.coach_id}"
    return redirect(way_back(request, calendar))
