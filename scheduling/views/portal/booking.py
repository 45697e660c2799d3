"""A client books: choose a time, which is then kept, and confirm it."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access import own_client
from clients.models import Client, Engagement
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page
from scheduling.forms.booking import ConfirmForm
from scheduling.models import Offering
from scheduling.policies import Refused
from scheduling.queries.booking_page import (
    BookingDesk,
    Person,
    asked_for,
    booking_page,
    confirm_url,
    day_url,
    open_desk,
    taken_in_words,
)
from scheduling.queries.facts import refusal_in_words
from scheduling.queries.offerings import offerings_for_client
from scheduling.queries.picker import read_at
from scheduling.queries.picker_parts import usual_clock
from scheduling.queries.sessions import upcoming_of_client
from scheduling.queries.standing import bookable_counts, engagement_for_booking
from scheduling.queries.turns import Turn, turn_of
from scheduling.services.booking import (
    BookerClient,
    Details,
    NotBookable,
    SlotTaken,
    book_session,
    check_is_bookable,
)
from scheduling.services.holds import hold_time, key_of_client, release_hold


@dataclass(frozen=True, slots=True)
class _Visit:
    """Who books what, found once for one request."""

    client: Client
    engagement: Engagement | None
    turn: Turn | None
    desk: BookingDesk
    hold_key: UUID

    @property
    def offering(self) -> Offering:
        return self.desk.offering

    def details(self, form: ConfirmForm | None = None) -> Details:
        """What is asked for beside the time."""
        return Details(
            duration=self.desk.duration,
            hold_key=self.hold_key,
            booked_by_id=self.client.membership_id,
            answers=form.answers() if form else (),
        )


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
    try:
        if request.method == "POST":
            return _act(request, visit)
        check_is_bookable(offering=offering, booker=BookerClient(client, visit.engagement))
    except NotBookable as refused:
        return _not_bookable(request, visit, refused)
    return _show(request, visit, ConfirmForm(questions=offering.questions))


def _visit(
    request: PracticeRequest, client: Client, offering: Offering, *, is_named: bool
) -> _Visit:
    engagement = engagement_for_booking(client, offering)
    turn = turn_of(engagement, offering.schedule.time_zone) if engagement else None
    hold_key = key_of_client(client)
    person = Person(
        zone=client.time_zone,
        clock=usual_clock(request.headers.get("Accept-Language", "")),
        hold_key=hold_key,
        keeps=(("offering", str(offering.pk)),) if is_named else (),
        span=turn.span if turn else None,
    )
    desk = open_desk(offering, asked_for(request.GET, request.POST), person, timezone.now())
    return _Visit(client, engagement, turn, desk, hold_key)


def _act(request: PracticeRequest, visit: _Visit) -> HttpResponse:
    if "release" in request.POST:
        release_hold(hold_key=visit.hold_key)
        return redirect(request.path + day_url(visit.desk))
    if "hold" in request.POST:
        return _hold(request, visit)
    return _confirm(request, visit)


def _hold(request: PracticeRequest, visit: _Visit) -> HttpResponse:
    """Keep the time while the last step is read."""
    check_is_bookable(offering=visit.offering, booker=BookerClient(visit.client, visit.engagement))
    at = read_at(request.POST["hold"])
    if at is None:
        return redirect(request.path)
    try:
        hold_time(
            offering=visit.offering,
            starts_at=at,
            details=visit.details(),
            hold_key=visit.hold_key,
            now=visit.desk.now,
        )
    except SlotTaken as refused:
        form = ConfirmForm(questions=visit.offering.questions)
        return _show(request, visit, form, refused=refused, status=409)
    return redirect(request.path + confirm_url(visit.desk, at))


def _confirm(request: PracticeRequest, visit: _Visit) -> HttpResponse:
    form = ConfirmForm(request.POST, questions=visit.offering.questions)
    if not form.is_valid():
        return _show(request, visit, form, status=422)
    try:
        session = book_session(
            offering=visit.offering,
            starts_at=form.cleaned_data["at"],
            booker=BookerClient(visit.client, visit.engagement),
            booking_key=form.cleaned_data["booking_key"] or uuid4(),
            booker_time_zone=form.cleaned_data["zone"] or visit.client.time_zone,
            now=visit.desk.now,
            details=visit.details(form),
        )
    except SlotTaken as refused:
        return _show(request, visit, form, refused=refused, status=409)
    done = _("Booked. The invitation is on its way to your inbox.")
    asked = _("Asked. You hear by e-mail as soon as there is an answer.")
    messages.success(request, asked if session.is_requested else done)
    return redirect("portal:session", request.practice.slug, session.pk)


def _show(
    request: PracticeRequest,
    visit: _Visit,
    form: ConfirmForm,
    *,
    refused: SlotTaken | None = None,
    status: int = 200,
) -> HttpResponse:
    desk, engagement, turn = visit.desk, visit.engagement, visit.turn
    coach = visit.offering.coach
    page = booking_page(
        desk,
        taken=taken_in_words(refused.reasons, coach=coach.name.split()[0]) if refused else "",
        alternatives=refused.alternatives if refused else (),
    )
    span = turn.span if turn else None
    context = {
        "active": "book",
        "offering": visit.offering,
        "coach": coach,
        "facts": page.facts,
        "page": page,
        "picker": page.picker,
        "form": form,
        "number": turn.number if turn else None,
        "left": bookable_counts([engagement.pk])[engagement.pk] if engagement else None,
        "engagement": engagement,
        "opens_on": span.planned_from if span and _is_ahead(visit) else None,
        "due_on": turn.planned.due_on if turn and turn.planned else None,
        "ends_on": span.agreed_until if span else None,
        "booking_key": uuid4(),
    }
    return render_page(request, "scheduling/portal/book.html", context, status=status)


def _is_ahead(visit: _Visit) -> bool:
    """Whether the program opens this session on a day that is still to come."""
    turn = visit.turn
    if turn is None or turn.span.planned_from is None:
        return False
    return turn.span.planned_from > timezone.localdate(visit.desk.now)


def _not_bookable(request: PracticeRequest, visit: _Visit, refused: Refused) -> HttpResponse:
    coach = visit.offering.coach
    context = {
        "active": "book",
        "coach": coach,
        "text": refusal_in_words(refused.reason, coach=coach.name.split()[0]),
        "upcoming": upcoming_of_client(visit.client.pk, visit.desk.now),
    }
    return render_page(request, "scheduling/portal/not_bookable.html", context)
