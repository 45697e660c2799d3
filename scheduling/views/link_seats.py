"""Move or give up a place in a group session from a mail, without signing in.

GET shows, POST acts.
"""

from django.http import HttpResponse
from django.utils import timezone

from coachops.practices.guards import PracticeRequest, link_gone
from coachops.practices.models import SignedLink
from coachops.web.clocks import reader_clock
from coachops.web.pages import render_page
from scheduling.access import linked_seat
from scheduling.models import Seat
from scheduling.policies import CancelledBy
from scheduling.policies.groups import GroupRefused
from scheduling.queries.cohorts import run_of
from scheduling.queries.groups import group_refusal_in_words
from scheduling.queries.guest_groups import move_place_page
from scheduling.queries.own_groups import seat_page
from scheduling.services.seats import leave_group
from scheduling.views.seat_steps import leave_all_dates, try_to_move


def leave(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """What it costs, then the deed. An old link of a place that is gone only says so."""
    seat, now, status = linked_seat(link), timezone.now(), 200
    if seat is None:
        return link_gone(request)
    is_done = False
    run = run_of(seat.session, seat.client, now)
    by = CancelledBy.GUEST if seat.client is None else CancelledBy.CLIENT
    if request.method == "POST" and seat.state == Seat.State.CANCELLED:
        status = 409
    elif request.method == "POST":
        try:
            if run is not None and seat.client is not None and "all" in request.POST:
                leave_all_dates(run.id, seat.client, now)
            else:
                leave_group(seat=seat, left_by=by, now=now)
            is_done = True
        except GroupRefused:
            status = 409
    context = {"page": seat_page(seat, now), "run": run, "is_done": is_done}
    return render_page(request, "scheduling/link/seat.html", context, status=status)


def move(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """Another date of the same kind, where there is a place. The old one is kept until then."""
    seat, now, status, problem = linked_seat(link), timezone.now(), 200, ""
    if seat is None:
        return link_gone(request)
    if request.method == "POST":
        try:
            moved = try_to_move(seat, request.POST.get("date", ""), now)
        except GroupRefused as refused:
            coach = seat.session.coach.name.split()[0]
            status, problem = 409, group_refusal_in_words(refused.reason, coach=coach)
        else:
            done = {"page": seat_page(moved, now)}
            return render_page(request, "scheduling/link/seat_moved.html", done)
    context = {"page": move_place_page(seat, now, reader_clock(request)), "problem": problem}
    return render_page(request, "scheduling/link/seat_move.html", context, status=status)
