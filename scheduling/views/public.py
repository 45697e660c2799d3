"""Booking without an account: a name and an e-mail address are enough."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.queries.public_pages import public_pages
from coachops.practices.guards import PracticeRequest, link_page, public_page
from coachops.web.clocks import reader_clock
from coachops.web.pages import render_page
from scheduling.access import (
    booked_by_guest,
    booking_link_of,
    is_usable,
    public_offering,
    seat_of_guest,
)
from scheduling.emails import invitation_of, seat_invitation
from scheduling.forms.booking import GuestForm
from scheduling.invitations import Invitation, write_invitation
from scheduling.models import Offering, Seat
from scheduling.queries.booked import booked_page
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
from scheduling.queries.picker import read_at
from scheduling.services.booking import BookerGuest, Details, NotBookable, SlotTaken
from scheduling.services.guests import Guest, TooManyBookings, book_as_guest
from scheduling.services.holds import TooManyHolds, hold_time, release_hold
from scheduling.services.typed import forget_typed
from scheduling.views import public_groups
from scheduling.views.guest_cookie import GuestCookie
from scheduling.views.typed import comes_back, needs_another_time, put_aside


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request: what is booked, whose hold it is, and the secret link that led here."""

    desk: BookingDesk
    cookie: GuestCookie
    address: str
    link_id: UUID | None = None
    token: str = ""

    @property
    def hold_key(self) -> UUID:
        return self.cookie.hold_key

    @property
    def details(self) -> Details:
        return Details(
            duration=self.desk.duration,
            coach_id=self.desk.coach_id,
            hold_key=self.hold_key,
            link_id=self.link_id,
        )


@require_http_methods(["GET", "HEAD", "POST"])
@public_page(reason="somebody new books a first talk")
def book(request: PracticeRequest, offering: str) -> HttpResponse:
    """Month and times, then name and e-mail address. POST holds a time, lets it go or books it."""
    found = public_offering(offering)
    if found.kind == Offering.Kind.GROUP:
        return public_groups.answer(request, found)
    return _answer(request, _visit(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
@link_page(reason="the secret in the address says what may be booked")
def book_by_link(request: PracticeRequest, token: str) -> HttpResponse:
    """The same, with a link that was given to somebody. A used-up link says so."""
    link = booking_link_of(token)
    if link is None or not is_usable(link, timezone.now()):
        coach = link.offering.coach if link else None
        context = {"coach": coach}
        return render_page(request, "scheduling/public/link_used.html", context, status=404)
    if link.offering.kind == Offering.Kind.GROUP:
        return public_groups.answer(request, link.offering, link_id=link.pk, token=token)
    return _answer(request, _visit(request, link.offering, link_id=link.pk, token=token))


def _visit(
    request: PracticeRequest, offering: Offering, *, link_id: UUID | None = None, token: str = ""
) -> _Visit:
    cookie = GuestCookie.of(request)
    person = Person(
        zone=offering.schedule.time_zone,
        clock=reader_clock(request),
        hold_key=cookie.hold_key,
    )
    return _Visit(
        desk=open_desk(offering, asked_for(request.GET, request.POST), person, timezone.now()),
        cookie=cookie,
        address=get_adapter().get_client_ip(request),
        link_id=link_id,
        token=token,
    )


def _answer(request: PracticeRequest, visit: _Visit) -> HttpResponse:
    if request.method != "POST":
        return _show(request, visit, _form(visit))
    if "hold" in request.POST:
        return _hold(request, visit)
    if "release" in request.POST:
        release_hold(hold_key=visit.hold_key, address=visit.address)
        _put_aside(request, visit, _form(visit))
        return visit.cookie.stay_with(redirect(request.path + day_url(visit.desk)))
    return _confirm(request, visit)


def _hold(request: PracticeRequest, visit: _Visit) -> HttpResponse:
    """Keep the time while the last step is filled in; too many holds only means no hold."""
    at, desk = read_at(request.POST["hold"]), visit.desk
    if at is None:
        return redirect(request.path)
    try:
        hold_time(
            offering=desk.offering,
            starts_at=at,
            details=visit.details,
            hold_key=visit.hold_key,
            now=desk.now,
            address=visit.address,
        )
    except (SlotTaken, NotBookable) as refused:
        return _refuse(request, visit, _form(visit), refused)
    except TooManyHolds:
        pass
    return visit.cookie.stay_with(redirect(request.path + confirm_url(desk, at)))


def _confirm(request: PracticeRequest, visit: _Visit) -> HttpResponse:
    desk = visit.desk
    form = GuestForm(request.POST, questions=desk.offering.questions)
    if not form.is_valid():
        return _show(request, visit, form, status=422)
    asked = form.cleaned_data
    try:
        session = book_as_guest(
            offering=desk.offering,
            starts_at=asked["at"],
            guest=Guest(
                booker=BookerGuest(name=asked["name"], email=asked["email"]),
                address=visit.address,
            ),
            booking_key=asked["booking_key"] or uuid4(),
            booker_time_zone=asked["zone"] or desk.choice.zone,
            now=desk.now,
            details=replace(visit.details, answers=form.answers()),
        )
    except (SlotTaken, NotBookable, TooManyBookings) as refused:
        return _refuse(request, visit, form, refused)
    if visit.cookie.is_known:
        forget_typed(whose=visit.hold_key, offering_id=desk.offering.pk)
    if visit.token:
        return redirect("booked_by_link", visit.token, session.booking_key)
    return redirect("booked", request.practice.slug, desk.offering.slug, session.booking_key)


def _refuse(
    request: PracticeRequest, visit: _Visit, form: GuestForm, refused: Exception
) -> HttpResponse:
    if isinstance(refused, SlotTaken):
        return _show(request, visit, form, refused=refused, status=409)
    return _show(request, visit, form, refusal=_refusal(visit.desk), status=429)


def _refusal(desk: BookingDesk) -> str:
    """One text for every limit: nobody learns here whether somebody else's address has booked."""
    return _(
        "We could not book this now. If you have a booking already, move or cancel it with the"
        " links in the mail about it. If not, try again in an hour or write to %(coach)s."
    ) % {"coach": desk.setting.other_name}


def _show(
    request: PracticeRequest,
    visit: _Visit,
    form: GuestForm,
    *,
    refused: SlotTaken | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    desk = visit.desk
    coach = desk.setting.other_name
    page = booking_page(
        desk,
        taken=taken_in_words(refused.reasons, coach=coach) if refused else "",
        alternatives=refused.alternatives if refused else (),
    )
    context = {
        "offering": desk.offering,
        "coach": None if desk.offering.pooling else desk.offering.coach,
        "facts": page.facts,
        "page": page,
        "picker": page.picker,
        "form": form,
        "refusal": refusal,
        "booking_key": uuid4(),
        "public_pages": public_pages(),
        "asks_zone": "zone" not in request.GET and not desk.offering.time_zone_locked,
    }
    answer = render_page(request, "scheduling/public/book.html", context, status=status)
    if not needs_another_time(form, page):
        return answer
    _put_aside(request, visit, form)
    return visit.cookie.stay_with(answer)


def _form(visit: _Visit) -> GuestForm:
    """With what was typed before another time had to be chosen."""
    desk = visit.desk
    typed = comes_back(desk, visit.hold_key if visit.cookie.is_known else None)
    return GuestForm(questions=desk.offering.questions, initial=typed)


def _put_aside(request: PracticeRequest, visit: _Visit, form: GuestForm) -> None:
    put_aside(
        form,
        request.POST,
        whose=visit.hold_key,
        offering_id=visit.desk.offering.pk,
        address=visit.address,
    )


@require_safe
@public_page(reason="the answer to a booking, behind a key that only the booker's page has")
def booked(request: PracticeRequest, offering: str, key: UUID) -> HttpResponse:
    """When and where, once more."""
    found = public_offering(offering)
    if found.kind == Offering.Kind.GROUP:
        return public_groups.booked(request, found, key)
    context = booked_page(booked_by_guest(found, key))
    return render_page(request, "scheduling/public/booked.html", {"page": context})


@require_safe
@link_page(reason="the answer to a booking by secret link, behind a key of its own")
def booked_by_link(request: PracticeRequest, token: str, key: UUID) -> HttpResponse:
    """The same for whoever came by a secret link, which may be used up now."""
    link = booking_link_of(token)
    if link is None:
        return render_page(request, "scheduling/public/link_used.html", {}, status=404)
    if link.offering.kind == Offering.Kind.GROUP:
        return public_groups.booked(request, link.offering, key)
    context = booked_page(booked_by_guest(link.offering, key))
    return render_page(request, "scheduling/public/booked.html", {"page": context})


@require_safe
@public_page(reason="the same as a file for any calendar, behind the same key")
def booked_calendar(request: PracticeRequest, offering: str, key: UUID) -> HttpResponse:
    """The session's present revision, as the invitation has it."""
    return _calendar_file(public_offering(offering), key)


@require_safe
@link_page(reason="the same as a file, for whoever came by a secret link")
def booked_calendar_by_link(request: PracticeRequest, token: str, key: UUID) -> HttpResponse:
    """The usual 404 once the link is gone."""
    link = booking_link_of(token)
    if link is None:
        raise Http404
    return _calendar_file(link.offering, key)


def _calendar_file(offering: Offering, key: UUID) -> HttpResponse:
    return HttpResponse(
        write_invitation(_invitation(offering, key)),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="meeting.ics"'},
    )


def _invitation(offering: Offering, key: UUID) -> Invitation:
    """404 where there is none yet: the coach has not said yes, or there is no place so far."""
    if offering.kind == Offering.Kind.GROUP:
        seat = seat_of_guest(offering, key)
        if seat.state == Seat.State.WAITING:
            raise Http404
        return seat_invitation(seat)
    session = booked_by_guest(offering, key)
    if session.is_requested:
        raise Http404
    return invitation_of(session)
