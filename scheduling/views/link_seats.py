"""Give up a place in a group session from a mail, without signing in. GET shows, POST acts."""

from django.http import HttpResponse
from django.utils import timezone

from coachops.practices.guards import PracticeRequest, link_gone
from coachops.practices.models import SignedLink
from coachops.web.pages import render_page
from scheduling.access import linked_seat
from scheduling.models import Seat
from scheduling.policies import CancelledBy
from scheduling.policies.groups import GroupRefused
from scheduling.queries.groups import own_group_page
from scheduling.services.seats import leave_group


def leave(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """What it costs, then the deed. An old link of a place that is gone only says so."""
    seat, now, status = linked_seat(link), timezone.now(), 200
    if seat is None:
        return link_gone(request)
    is_done = False
    if request.method == "POST" and seat.state == Seat.State.CANCELLED:
        status = 409
    elif request.method == "POST":
        try:
            seat = leave_group(seat=seat, left_by=CancelledBy.CLIENT, now=now)
            is_done = True
        except GroupRefused:
            status = 409
    page = own_group_page(seat.session, seat.client, now)
    context = {"page": page, "is_done": is_done}
    return render_page(request, "scheduling/link/seat.html", context, status=status)
