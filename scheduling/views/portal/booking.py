"""A client books: choose a time, which is then kept, and confirm it."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access import own_client
from clients.models import Client
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.clocks import reader_clock
from coachops.web.pages import render_page
from scheduling.forms.booking import ConfirmForm, last_step
from scheduling.models import Offering
from scheduling.policies import Refusal, Refused
from scheduling.queries.booking_page import Person, asked_for
from scheduling.queries.facts import refusal_in_words
from scheduling.queries.offerings import offerings_for_client
from scheduling.queries.sessions import upcoming_of_client
from scheduling.queries.standing import bookable_counts
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
@portal_page
def book(request: PracticeRequest) -> HttpResponse:
    """Month or list of one offering. POST keeps a time, lets it go or books it."""
    client = own_client(request)
    offerings = offerings_for_client(client)
    wanted = request.GET.get("offering", "")
    chosen = [each for each in offerings if str(each.pk) == wanted]
    if not chosen and len(offerings) != 1:
        context = {"active": "book", "offerings": offerings}
        return render_page(request, "scheduling/portal/offerings.html", context)
    offering = chosen[0] if chosen else offerings[0]
    visit = _visit(request, client, offering, is_named=len(offerings) > 1)
    form = ConfirmForm(
        last_step(request.POST), questions=offering.questions, initial=comes_back_to(visit)
    )
    try:
        if request.method == "POST":
            return _act(request, visit, form)
        check_visit(visit)
    except SlotTaken as taken:
        return _show(request, visit, form, taken=taken, status=CONFLICT)
    except NotBookable as refused:
        return _refuse(request, visit, form, refused)
    return _show(request, visit, form)


def _visit(
    request: PracticeRequest, client: Client, offering: Offering, *, is_named: bool
) -> ClientVisit:
    person = Person(
        zone=client.time_zone,
        clock=reader_clock(request),
        keeps=(("offering", str(offering.pk)),) if is_named else (),
    )
    return open_visit(
        client=client,
        offering=offering,
        person=person,
        asked=asked_for(request.GET, request.POST),
        by=BookedBy.themself(client),
        now=timezone.now(),
    )


def _act(request: PracticeRequest, visit: ClientVisit, form: ConfirmForm) -> HttpResponse:
    if answer := kept_or_let_go(request, visit, form):
        return answer
    if not form.is_valid():
        return _show(request, visit, form, status=UNPROCESSABLE)
    session = confirm(visit=visit, confirmed=form.confirmed())
    done = _("Booked. The invitation is on its way to your inbox.")
    asked = _("Asked. You hear by e-mail as soon as there is an answer.")
    messages.success(request, asked if session.is_requested else done)
    return redirect("portal:session", request.practice.slug, session.pk)


def _show(
    request: PracticeRequest,
    visit: ClientVisit,
    form: ConfirmForm,
    *,
    taken: SlotTaken | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    engagement, turn, page = visit.engagement, visit.turn, page_of(visit, taken)
    span = turn.span if turn else None
    context = {
        "active": "book",
        "offering": visit.offering,
        "coach": visit.offering.coach,
        "facts": page.facts,
        "page": page,
        "picker": page.picker,
        "refusal": refusal,
        "form": form,
        "number": turn.number if turn else None,
        "left": bookable_counts([engagement.pk])[engagement.pk] if engagement else None,
        "engagement": engagement,
        "opens_on": span.planned_from if span and _is_ahead(visit) else None,
        "due_on": turn.planned.due_on if turn and turn.planned else None,
        "ends_on": span.agreed_until if span else None,
        "booking_key": uuid4(),
    }
    if needs_another_time(form, page):
        put_aside_for(visit, form, request.POST)
    return render_page(request, "scheduling/portal/book.html", context, status=status)


def _is_ahead(visit: ClientVisit) -> bool:
    """Whether the program opens this session on a day that is still to come."""
    turn = visit.turn
    if turn is None or turn.span.planned_from is None:
        return False
    return turn.span.planned_from > timezone.localdate(visit.desk.now)


def _refuse(
    request: PracticeRequest, visit: ClientVisit, form: ConfirmForm, refused: Refused
) -> HttpResponse:
    """Why not; beside what was typed, if something was sent."""
    coach = visit.offering.coach
    text = refusal_in_words(refused.reason, coach=coach.name.split()[0])
    if request.method == "POST":
        return _show(request, visit, form, refusal=text, status=CONFLICT)
    context = {
        "active": "book",
        "coach": coach,
        "text": text,
        "must_sign": refused.reason is Refusal.NOT_SIGNED,
        "upcoming": upcoming_of_client(visit.client.pk, visit.desk.now),
    }
    return render_page(request, "scheduling/portal/not_bookable.html", context)
