"""Group sessions from the client's side: join, wait, give the place up."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.access import own_client
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.clocks import reader_clock
from coachops.web.pages import render_page
from scheduling.access import joinable_group, own_cohort, own_group, own_seat
from scheduling.emails import seat_invitation
from scheduling.invitations import write_invitation
from scheduling.models import Seat
from scheduling.policies import CancelledBy
from scheduling.policies.groups import GroupRefused
from scheduling.queries.answers import own_answers
from scheduling.queries.cohorts import cohorts_of_client, own_cohort_page, run_of
from scheduling.queries.groups import group_refusal_in_words
from scheduling.queries.guest_groups import move_place_page
from scheduling.queries.own_groups import groups_of_client, own_group_page, past_seats_of
from scheduling.services.seats import join_group, leave_group
from scheduling.views.seat_steps import leave_all_dates, try_to_move


@require_safe
@portal_page
def groups(request: PracticeRequest) -> HttpResponse:
    """Where the client has a place or waits, and what they may join."""
    client, now = own_client(request), timezone.now()
    lines = groups_of_client(client, now)
    context = {
        "active": "book",
        "mine": [line for line in lines if line.mine],
        "open": [line for line in lines if not line.mine],
        "past": past_seats_of(client.pk, now),
        "cohorts": cohorts_of_client(client.pk, now),
    }
    return render_page(request, "scheduling/portal/groups.html", context)


@require_safe
@portal_page
def group(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """One session, with the first names of those who share it."""
    (session, client), now = own_group(request, pk), timezone.now()
    context = {
        "active": "book",
        "page": own_group_page(session, client, now),
        "run": run_of(session, client, now),
        "place_answers": own_answers(session, client),
    }
    return render_page(request, "scheduling/portal/group.html", context)


@require_POST
@portal_page
def join(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Take a place, or wait for one."""
    session, client = joinable_group(request, pk)
    try:
        seat = join_group(session=session, client=client, now=timezone.now())
    except GroupRefused as refused:
        coach = session.coach.name.split()[0]
        words = group_refusal_in_words(refused.reason, who=client.first_name, coach=coach)
        messages.error(request, words)
    else:
        if seat.state == Seat.State.BOOKED:
            messages.success(request, _("Booked. The invitation is on its way to your inbox."))
        else:
            messages.success(request, _("It is full, so you are on the waiting list now."))
    return redirect("portal:group", request.practice.slug, session.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def leave(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Say what giving the place up costs, then do it."""
    seat, now, status = own_seat(request, pk), timezone.now(), 200
    client = own_client(request)
    run = run_of(seat.session, client, now)
    try:
        if request.method == "POST":
            if run is not None and "all" in request.POST:
                leave_all_dates(run.id, client, now)
            else:
                leave_group(seat=seat, left_by=CancelledBy.CLIENT, now=now)
            messages.success(request, _("Done. It leaves your calendar by itself."))
            return redirect("portal:groups", request.practice.slug)
    except GroupRefused:
        status = 409
    page = own_group_page(seat.session, client, now)
    context = {"active": "book", "page": page, "run": run}
    return render_page(request, "scheduling/portal/group_leave.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def move(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Another date of the same kind, where there is a place."""
    seat, now, status, problem = own_seat(request, pk), timezone.now(), 200, ""
    if request.method == "POST":
        try:
            moved = try_to_move(seat, request.POST.get("date", ""), now)
        except GroupRefused as refused:
            coach = seat.session.coach.name.split()[0]
            status, problem = 409, group_refusal_in_words(refused.reason, coach=coach)
        else:
            messages.success(request, _("Moved. The invitation is on its way to your inbox."))
            return redirect("portal:group", request.practice.slug, moved.session_id)
    page = move_place_page(seat, now, reader_clock(request))
    context = {"active": "book", "page": page, "problem": problem}
    return render_page(request, "scheduling/portal/group_move.html", context, status=status)


@require_safe
@portal_page
def cohort(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """All its dates with the client's own place and attendance, and who else is in it."""
    (found, client), now = own_cohort(request, pk), timezone.now()
    context = {"active": "book", "page": own_cohort_page(found, client, now)}
    return render_page(request, "scheduling/portal/cohort.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def cohort_leave(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What leaving costs, then out of all coming dates."""
    (found, client), now = own_cohort(request, pk), timezone.now()
    if request.method == "POST":
        leave_all_dates(found.pk, client, now)
        messages.success(request, _("Done. It leaves your calendar by itself."))
        return redirect("portal:groups", request.practice.slug)
    context = {"active": "book", "page": own_cohort_page(found, client, now)}
    return render_page(request, "scheduling/portal/cohort_leave.html", context)


@require_safe
@portal_page
def calendar_file(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The place's present revision as a file for any calendar; 404 while only waiting."""
    seat = own_seat(request, pk)
    if seat.state != Seat.State.BOOKED:
        return redirect("portal:group", request.practice.slug, pk)
    return HttpResponse(
        write_invitation(seat_invitation(seat)),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="meeting.ics"'},
    )
