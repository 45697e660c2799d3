"""A client's own assistant books for them: what the client would see, but nobody's reasons."""

from dataclasses import replace
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access import delegated_client
from clients.models import Client
from coachops.practices.guards import PracticeRequest, delegate_page
from coachops.web.clocks import reader_clock
from coachops.web.pages import render_page
from scheduling.forms.booking import ConfirmForm, last_step
from scheduling.models import Offering
from scheduling.policies.questions import none_required
from scheduling.queries.booking_page import Person, asked_for
from scheduling.queries.offerings import offerings_for_client
from scheduling.services.booking import NotBookable, SlotTaken
from scheduling.services.client_visits import (
    BookedBy,
    ClientVisit,
    check_visit,
    confirm,
    open_visit,
    page_of,
)
from scheduling.views.keeping import kept_or_let_go
from scheduling.views.typed import comes_back_to, needs_another_time, put_aside_for

UNPROCESSABLE, CONFLICT = 422, 409


@require_http_methods(["GET", "HEAD", "POST"])
@delegate_page
def book(request: PracticeRequest, client_pk: UUID) -> HttpResponse:
    """Month and times, as the client would see them. POST keeps a time, lets it go or books it."""
    client = delegated_client(request, client_pk)
    offerings = offerings_for_client(client)
    wanted = request.GET.get("offering", "")
    chosen = [each for each in offerings if str(each.pk) == wanted] or offerings[:1]
    if not chosen:
        return _nothing(request, client)
    visit = _visit(request, client, chosen[0], offerings)
    form = ConfirmForm(
        last_step(request.POST),
        questions=none_required(visit.offering.questions),
        initial=comes_back_to(visit),
    )
    try:
        if request.method == "POST":
            return _act(request, visit, form)
        check_visit(visit)
    except SlotTaken as taken:
        return _show(request, visit, form, taken=taken, status=CONFLICT)
    except NotBookable:  # why not is between client and coach
        if request.method != "POST":
            return _nothing(request, client)
        refusal = _("This cannot be booked now. Ask the client or their coach.")
        return _show(request, visit, form, refusal=refusal, status=CONFLICT)
    return _show(request, visit, form)


def _nothing(request: PracticeRequest, client: Client) -> HttpResponse:
    context = {"active": "dates", "client": client}
    return render_page(request, "scheduling/portal/delegate_nothing.html", context)


def _visit(
    request: PracticeRequest, client: Client, offering: Offering, offerings: list[Offering]
) -> ClientVisit:
    several = tuple(offerings) if len(offerings) > 1 else ()
    person = Person(
        zone=request.user.time_zone,
        clock=reader_clock(request),
        keeps=(("offering", str(offering.pk)),) if several else (),
    )
    visit = open_visit(
        client=client,
        offering=offering,
        person=person,
        asked=asked_for(request.GET, request.POST),
        by=BookedBy.helper(request.membership.pk, client),
        now=timezone.now(),
    )
    return replace(visit, offerings=several)


def _act(request: PracticeRequest, visit: ClientVisit, form: ConfirmForm) -> HttpResponse:
    if answer := kept_or_let_go(request, visit, form):
        return answer
    if not form.is_valid():
        return _show(request, visit, form, status=UNPROCESSABLE)
    confirmed = replace(form.confirmed(), zone="")  # it is the client's calendar, on their clock
    session = confirm(visit=visit, confirmed=confirmed)
    done = _("Booked. The client gets the invitation now.")
    asked = _("Asked. The client hears by e-mail as soon as there is an answer.")
    messages.success(request, asked if session.is_requested else done)
    return redirect("portal:delegate_sessions", request.practice.slug, visit.client.pk)


def _show(
    request: PracticeRequest,
    visit: ClientVisit,
    form: ConfirmForm,
    *,
    taken: SlotTaken | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    page = page_of(visit, taken)
    context = {
        "active": "dates",
        "client": visit.client,
        "books_for": visit.client.first_name,
        "offerings": visit.offerings,
        "offering": visit.offering,
        "coach": visit.offering.coach,
        "facts": page.facts,
        "page": page,
        "picker": page.picker,
        "refusal": refusal,
        "form": form,
        "booking_key": uuid4(),
    }
    if needs_another_time(form, page):
        put_aside_for(visit, form, request.POST)
    return render_page(request, "scheduling/portal/delegate_book.html", context, status=status)
