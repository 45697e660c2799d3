"""A client's own assistant: the dates of whom they look after, and the same rules for changing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.access import delegated_client, delegated_clients
from clients.access.delegates import MOST_CLIENTS
from coachops.practices.guards import PracticeRequest, delegate_page
from coachops.web.clocks import reader_clock
from coachops.web.pages import render_page
from scheduling.access import delegated_session
from scheduling.forms.booking import ConfirmForm
from scheduling.policies import CancelledBy, Refused
from scheduling.queries.changing import cancel_page, move_page
from scheduling.queries.delegates import dates_of, without_content
from scheduling.services.booking import SlotTaken
from scheduling.services.changes import cancel_session, move_session


@require_safe
@delegate_page
def home(request: PracticeRequest) -> HttpResponse:
    """Whose dates; straight to them where it is one person."""
    clients = list(delegated_clients(request)[:MOST_CLIENTS])
    if len(clients) == 1:
        return redirect("portal:delegate_sessions", request.practice.slug, clients[0].pk)
    context = {"active": "dates", "clients": clients}
    return render_page(request, "scheduling/portal/delegate_home.html", context)


@require_safe
@delegate_page
def sessions(request: PracticeRequest, client_pk: UUID) -> HttpResponse:
    """What is to come: when and where."""
    client = delegated_client(request, client_pk)
    context = {
        "active": "dates",
        "client": client,
        "dates": dates_of(client, timezone.now()),
        "has_others": delegated_clients(request).count() > 1,
    }
    return render_page(request, "scheduling/portal/delegate_sessions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@delegate_page
def move(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Another time, by the rules that hold for the client."""
    found, now = delegated_session(request, pk), timezone.now()
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    alternatives, status = None, 422 if form.is_bound else 200
    try:
        if form.is_valid():
            move_session(session=found, starts_at=form.cleaned_data["at"], now=now)
            messages.success(request, _("Moved. Everybody concerned hears of it by e-mail."))
            return redirect("portal:delegate_sessions", request.practice.slug, found.client_id)
    except SlotTaken as taken:
        alternatives, status = taken.alternatives, 409
    except Refused:
        status = 409
    clock = reader_clock(request)
    page = move_page(found, request.GET, now, alternatives=alternatives, clock=clock)
    context = {"active": "dates", "page": without_content(page), "picker": page.picker}
    return render_page(request, "scheduling/portal/delegate_move.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@delegate_page
def cancel(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Off, after saying what it costs."""
    found, now, status = delegated_session(request, pk), timezone.now(), 200
    try:
        if request.method == "POST":
            cancel_session(session=found, cancelled_by=CancelledBy.CLIENT, now=now)
            messages.success(request, _("Cancelled. Everybody concerned hears of it by e-mail."))
            return redirect("portal:delegate_sessions", request.practice.slug, found.client_id)
    except Refused:
        status = 409
    context = {
        "active": "dates",
        "client_id": found.client_id,
        "page": without_content(cancel_page(found, now)),
    }
    return render_page(request, "scheduling/portal/delegate_cancel.html", context, status=status)
