"""Move and cancel from a mail, without signing in. GET shows, POST acts."""

from django.http import HttpResponse
from django.utils import timezone

from coachops.practices.guards import PracticeRequest, link_gone
from coachops.practices.models import SignedLink
from coachops.web.clocks import reader_clock
from coachops.web.pages import render_page
from scheduling.access import linked_session
from scheduling.forms.booking import ConfirmForm
from scheduling.policies import CancelledBy, Refused
from scheduling.queries.changing import cancel_page, move_page
from scheduling.services.booking import SlotTaken
from scheduling.services.changes import cancel_session, move_session


def move(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """Another time, within the policy. The link stays good until the session starts."""
    session, now = linked_session(link), timezone.now()
    if session is None:
        return link_gone(request)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    alternatives, status = None, 422 if form.is_bound else 200
    try:
        if form.is_valid():
            moved = move_session(session=session, starts_at=form.cleaned_data["at"], now=now)
            context = {"page": move_page(moved, {}, now), "is_done": True}
            return render_page(request, "scheduling/link/moved.html", context)
    except SlotTaken as taken:
        alternatives, status = taken.alternatives, 409
    except Refused:
        status = 409
    page = move_page(
        session, request.GET, now, alternatives=alternatives, clock=reader_clock(request)
    )
    context = {"page": page, "picker": page.picker}
    return render_page(request, "scheduling/link/move.html", context, status=status)


def cancel(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    """Off, after saying what it costs. An old link of a cancelled session only says so."""
    session, now, status = linked_session(link), timezone.now(), 200
    if session is None:
        return link_gone(request)
    by = CancelledBy.GUEST if session.client_id is None else CancelledBy.CLIENT
    try:
        if request.method == "POST" and not session.is_cancelled:
            session = cancel_session(session=session, cancelled_by=by, now=now)
            context = {"page": cancel_page(session, now), "outcome": session.outcome}
            return render_page(request, "scheduling/link/cancelled.html", context)
        if request.method == "POST":
            status = 409
    except Refused:
        status = 409
    context = {"page": cancel_page(session, now)}
    return render_page(request, "scheduling/link/cancel.html", context, status=status)
