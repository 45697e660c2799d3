"""A client's own assistant: the dates of whom they look after, and the same rules for changing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.access import delegated_client, delegated_clients
from clients.access.delegates import MOST_CLIENTS
from clients.models import Client, Engagement
from coachops.practices.guards import PracticeRequest, delegate_page
from coachops.web.pages import render_page
from scheduling.access import delegated_session
from scheduling.forms.booking import ConfirmForm
from scheduling.models import Offering
from scheduling.policies import CancelledBy, Refused
from scheduling.queries.booking_page import (
    BookingDesk,
    Person,
    asked_for,
    booking_page,
    day_url,
    open_desk,
    taken_in_words,
)
from scheduling.queries.changing import cancel_page, move_page
from scheduling.queries.delegates import dates_of, without_content
from scheduling.queries.offerings import offerings_for_client
from scheduling.queries.picker_parts import usual_clock
from scheduling.queries.standing import engagement_for_booking
from scheduling.queries.turns import turn_of
from scheduling.services.booking import (
    BookerClient,
    Details,
    NotBookable,
    SlotTaken,
    book_session,
    check_is_bookable,
)
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


@dataclass(frozen=True, slots=True)
class _Visit:
    client: Client
    engagement: Engagement | None
    offering: Offering
    desk: BookingDesk

    @property
    def booker(self) -> BookerClient:
        return BookerClient(self.client, self.engagement)


@require_http_methods(["GET", "HEAD", "POST"])
@delegate_page
def book(request: PracticeRequest, client_pk: UUID) -> HttpResponse:
    """Month and times, as the client would see them."""
    client = delegated_client(request, client_pk)
    offerings = offerings_for_client(client)
    wanted = request.GET.get("offering", "")
    chosen = [each for each in offerings if str(each.pk) == wanted] or offerings[:1]
    context = {"active": "dates", "client": client}
    if not chosen:
        return render_page(request, "scheduling/portal/delegate_nothing.html", context)
    visit = _visit(request, client, chosen[0], is_named=len(offerings) > 1)
    context["offerings"] = offerings if len(offerings) > 1 else []
    form, taken, status = ConfirmForm(), "", 200
    alternatives: tuple[datetime, ...] = ()
    try:
        if "release" in request.POST:
            return redirect(request.path + day_url(visit.desk))
        if request.method == "POST":
            form, status = ConfirmForm(request.POST), 422
            if form.is_valid():
                _book(request, visit, form)
                messages.success(request, _("Booked. The client gets the invitation now."))
                return redirect("portal:delegate_sessions", request.practice.slug, client.pk)
        check_is_bookable(offering=visit.offering, booker=visit.booker)
    except NotBookable:  # why not is between client and coach
        return render_page(request, "scheduling/portal/delegate_nothing.html", context)
    except SlotTaken as refused:
        coach = visit.offering.coach.name.split()[0]
        alternatives, taken = (
            tuple(refused.alternatives),
            taken_in_words(refused.reasons, coach=coach),
        )
        status = 409
    page = booking_page(visit.desk, taken=taken, alternatives=alternatives)
    context |= {
        "offering": visit.offering,
        "coach": visit.offering.coach,
        "facts": page.facts,
        "page": page,
        "picker": page.picker,
        "form": form,
        "booking_key": uuid4(),
    }
    return render_page(request, "scheduling/portal/delegate_book.html", context, status=status)


def _visit(
    request: PracticeRequest, client: Client, offering: Offering, *, is_named: bool
) -> _Visit:
    engagement = engagement_for_booking(client, offering)
    turn = turn_of(engagement, offering.schedule.time_zone) if engagement else None
    person = Person(
        zone=request.user.time_zone,
        clock=usual_clock(request.headers.get("Accept-Language", "")),
        hold_key=None,
        keeps=(("offering", str(offering.pk)),) if is_named else (),
        span=turn.span if turn else None,
    )
    desk = open_desk(offering, asked_for(request.GET, request.POST), person, timezone.now())
    return _Visit(client, engagement, offering, desk)


def _book(request: PracticeRequest, visit: _Visit, form: ConfirmForm) -> None:
    book_session(
        offering=visit.offering,
        starts_at=form.cleaned_data["at"],
        booker=visit.booker,
        booking_key=form.cleaned_data["booking_key"] or uuid4(),
        booker_time_zone=visit.client.time_zone,
        now=visit.desk.now,
        details=Details(duration=visit.desk.duration, booked_by_id=request.membership.pk),
    )


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
    page = without_content(move_page(found, request.GET, now, alternatives=alternatives))
    context = {"active": "dates", "page": page, "picker": page.picker}
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
