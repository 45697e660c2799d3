"""The client's own sessions: choose a time, see it, move it, cancel it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.access import own_client
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.clocks import city, reader_clock
from coachops.web.pages import render_page
from scheduling.access import own_session
from scheduling.emails import invitation_of
from scheduling.forms.booking import ConfirmForm
from scheduling.invitations import write_invitation
from scheduling.policies import CancelledBy, Refused, is_late, may_move
from scheduling.queries.agreed_points import is_three_way, three_way_of
from scheduling.queries.answers import answers_of
from scheduling.queries.calendar_links import calendar_links
from scheduling.queries.changing import cancel_page, move_page
from scheduling.queries.facts import (
    clocks_differ,
    facts_of_offering,
    where_in_words,
)
from scheduling.queries.series_places import place_in_series
from scheduling.queries.sessions import line_of
from scheduling.queries.standing import (
    standing_of,
)
from scheduling.queries.waiting import sessions_and_questions
from scheduling.services.booking import (
    SlotTaken,
)
from scheduling.services.changes import cancel_session, move_session


@require_safe
@portal_page
def sessions(request: PracticeRequest) -> HttpResponse:
    """Everything that was and is booked."""
    client, now = own_client(request), timezone.now()
    lines, asked, polls = sessions_and_questions(client.pk, now)
    context = {
        "active": "book",
        "asked": asked,
        "upcoming": [line for line in lines if line.ends_at > now and not line.is_cancelled][::-1],
        "past": [line for line in lines if line.ends_at <= now or line.is_cancelled],
        "polls": polls,
    }
    return render_page(request, "scheduling/portal/sessions.html", context)


@require_safe
@portal_page
def session(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """When, where, and what can still be changed."""
    found, now = own_session(request, pk), timezone.now()
    standing = standing_of(found)
    minutes = (found.ends_at - found.starts_at).total_seconds() // 60
    is_ahead = not found.is_cancelled and now < found.starts_at
    context = {
        "active": "book",
        "session": line_of(found),
        "facts": facts_of_offering(found.offering, duration=int(minutes)),
        "where": where_in_words(found),
        "booker_zone": found.booker_time_zone,
        "zone_city": city(found.booker_time_zone),
        "coach_zone": found.coach_time_zone if clocks_differ(found) else "",
        "is_ahead": is_ahead,
        "is_over": now >= found.ends_at,
        "is_late": is_late(standing, now),
        "may_move": may_move(standing, now),
        "free_until": standing.free_until,
        "forfeits": found.offering.late_cancellation_forfeits,
        "three_way": three_way_of(found.pk, with_shares=True) if is_three_way(found) else None,
        "answers": answers_of(found.pk),
        "asks": found.asks_client and is_ahead,
        "series": place_in_series(found, found.booker_time_zone),
        "links": calendar_links(found) if now < found.ends_at else None,
    }
    return render_page(request, "scheduling/portal/session.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def move(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Choose another time for a session, within the policy."""
    found, now = own_session(request, pk), timezone.now()
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    alternatives, status = None, 422 if form.is_bound else 200
    try:
        if form.is_valid():
            move_session(session=found, starts_at=form.cleaned_data["at"], now=now)
            messages.success(request, _("Moved. The new time is on its way to your calendar."))
            return redirect("portal:session", request.practice.slug, found.pk)
    except SlotTaken as taken:
        alternatives, status = taken.alternatives, 409
    except Refused:
        status = 409
    clock = reader_clock(request)
    page = move_page(found, request.GET, now, alternatives=alternatives, clock=clock)
    context = {"active": "book", "page": page, "picker": page.picker}
    return render_page(request, "scheduling/portal/move.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def cancel(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Say what cancelling costs, then do it."""
    found, now, status = own_session(request, pk), timezone.now(), 200
    try:
        if request.method == "POST":
            cancel_session(session=found, cancelled_by=CancelledBy.CLIENT, now=now)
            messages.success(request, _("Cancelled. It leaves your calendar by itself."))
            return redirect("portal:session", request.practice.slug, found.pk)
    except Refused:
        status = 409
    context = {"active": "book", "page": cancel_page(found, now)}
    return render_page(request, "scheduling/portal/cancel.html", context, status=status)


@require_safe
@portal_page
def calendar_file(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The session's present revision as a file for any calendar."""
    content = write_invitation(invitation_of(own_session(request, pk)))
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="meeting.ics"'},
    )
