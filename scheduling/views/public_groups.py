"""A place in a group session without an account: a date, a name and an e-mail address."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID, uuid4

from allauth.account.adapter import get_adapter
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from coachops.practices.guards import PracticeRequest
from coachops.web.clocks import city, reader_clock
from coachops.web.pages import render_page
from scheduling.access import seat_of_guest
from scheduling.forms.booking import GuestForm
from scheduling.models import Offering, Seat
from scheduling.policies.groups import GroupRefusal, GroupRefused
from scheduling.queries.guest_groups import GroupBookingPage, group_booking_page, open_to_guests
from scheduling.queries.own_groups import seat_page
from scheduling.queries.picker_parts import read_at
from scheduling.queries.zones import is_zone, zone_choices
from scheduling.services.booking import BookerGuest
from scheduling.services.guest_seats import book_seat_as_guest
from scheduling.services.guests import Guest, TooManyBookings
from scheduling.services.typed import forget_typed, typed_before
from scheduling.views.guest_cookie import GuestCookie
from scheduling.views.typed import put_aside


@dataclass(frozen=True, slots=True)
class _Visit:
    """What is looked at, and the secret link that led here."""

    offering: Offering
    page: GroupBookingPage
    link_id: UUID | None
    token: str
    cookie: GuestCookie


def answer(
    request: PracticeRequest,
    offering: Offering,
    *,
    link_id: UUID | None = None,
    token: str = "",
) -> HttpResponse:
    """The coming dates, then name and e-mail address. POST takes a place, or waits for one."""
    asked = request.POST if request.method == "POST" else request.GET
    zone = "" if offering.time_zone_locked else asked.get("zone", "")
    page = group_booking_page(
        offering,
        timezone.now(),
        zone=zone if is_zone(zone) else offering.schedule.time_zone,
        at=read_at(asked.get("at", "")),
        by_link=link_id is not None,
        clock=reader_clock(request),
    )
    visit = _Visit(offering, page, link_id, token, GuestCookie.of(request))
    if request.method != "POST":
        return _show(request, visit, _form(visit))
    if "release" in request.POST:
        _put_aside(request, visit, _form(visit))
        back = redirect(f"{request.path}?{urlencode({'zone': page.zone})}")
        return visit.cookie.stay_with(back)
    return _book(request, visit)


def _form(visit: _Visit) -> GuestForm:
    """With what was typed before another date had to be chosen."""
    typed = {}
    if visit.page.chosen and visit.cookie.is_known:
        typed = typed_before(whose=visit.cookie.hold_key, offering_id=visit.offering.pk)
    return GuestForm(questions=visit.offering.questions, initial=typed)


def _put_aside(request: PracticeRequest, visit: _Visit, form: GuestForm) -> None:
    put_aside(
        form,
        request.POST,
        whose=visit.cookie.hold_key,
        offering_id=visit.offering.pk,
        address=get_adapter().get_client_ip(request),
    )


def _book(request: PracticeRequest, visit: _Visit) -> HttpResponse:
    form = GuestForm(request.POST, questions=visit.offering.questions)
    if not form.is_valid():
        return _show(request, visit, form, status=422)
    try:
        seat = _take(request, visit, form)
    except (TooManyBookings, GroupRefused) as refused:
        return _refuse(request, visit, form, refused)
    if visit.cookie.is_known:
        forget_typed(whose=visit.cookie.hold_key, offering_id=visit.offering.pk)
    if visit.token:
        return redirect("booked_by_link", visit.token, seat.pk)
    return redirect("booked", request.practice.slug, visit.offering.slug, seat.pk)


def _take(request: PracticeRequest, visit: _Visit, form: GuestForm) -> Seat:
    """Raises TooManyBookings or GroupRefused."""
    asked, now, by_link = form.cleaned_data, timezone.now(), visit.link_id is not None
    dates = open_to_guests(visit.offering, now, by_link=by_link)
    session = dates.filter(starts_at=asked["at"]).first()
    if session is None:
        raise GroupRefused(GroupRefusal.NOT_OPEN)
    return book_seat_as_guest(
        session=session,
        guest=Guest(
            booker=BookerGuest(name=asked["name"], email=asked["email"]),
            address=get_adapter().get_client_ip(request),
        ),
        booking_key=asked["booking_key"] or uuid4(),
        time_zone=asked["zone"] or visit.page.zone,
        now=now,
        link_id=visit.link_id,
        answers=form.answers(),
    )


def _refuse(
    request: PracticeRequest, visit: _Visit, form: GuestForm, refused: Exception
) -> HttpResponse:
    is_gone = isinstance(refused, GroupRefused) and refused.reason != GroupRefusal.BOOKED_ALREADY
    if is_gone:
        return _show(request, visit, form, refusal=_gone(), status=409)
    return _show(request, visit, form, refusal=_refusal(visit.offering), status=429)


def _gone() -> str:
    return _("That date can no longer be booked. Choose another one.")


def _refusal(offering: Offering) -> str:
    """One text for every limit: nobody learns here whether somebody else's address has booked."""
    return _(
        "We could not book this now. If you have a booking already, move it or give it up with the"
        " links in the mail about it. If not, try again in an hour or write to %(coach)s."
    ) % {"coach": offering.coach.name.split()[0]}


def _show(
    request: PracticeRequest,
    visit: _Visit,
    form: GuestForm,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    offering, page = visit.offering, visit.page
    context = {
        "offering": offering,
        "coach": offering.coach,
        "page": page,
        "form": form,
        "refusal": refusal,
        "booking_key": uuid4(),
        "zones": zone_choices(
            chosen=page.zone,
            likely=[offering.schedule.time_zone],
            now=timezone.now(),
            clock=reader_clock(request),
        ),
        "asks_zone": "zone" not in request.GET and not offering.time_zone_locked,
    }
    answer = render_page(request, "scheduling/public/group.html", context, status=status)
    if not form.is_bound or page.chosen:
        return answer
    _put_aside(request, visit, form)
    return visit.cookie.stay_with(answer)


def booked(request: PracticeRequest, offering: Offering, key: UUID) -> HttpResponse:
    """When and where, once more; raises 404 for what is no guest's place of the offering."""
    seat = seat_of_guest(offering, key)
    context = {"page": seat_page(seat, timezone.now()), "zone_city": city(seat.time_zone)}
    return render_page(request, "scheduling/public/group_booked.html", context)
