"""Booking without an account: a name and an e-mail address are enough."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from allauth.account.adapter import get_adapter
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coachops.practices.guards import PracticeRequest, public_page
from coachops.web.pages import render_page
from scheduling.access import booked_by_guest, public_offering
from scheduling.forms.booking import GuestForm
from scheduling.models import Offering
from scheduling.queries.facts import facts_of_offering
from scheduling.queries.picker import (
    Choice,
    Setting,
    Slot,
    alternative_slots,
    build_picker,
    read_choice,
)
from scheduling.queries.sessions import line_of
from scheduling.queries.slots import open_starts
from scheduling.queries.zones import city
from scheduling.services.booking import BookerGuest, NotBookable, SlotTaken
from scheduling.services.guests import Guest, TooManyBookings, book_as_guest


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is booked and how the address describes it, found once for one request."""

    offering: Offering
    choice: Choice
    setting: Setting
    now: datetime


@require_http_methods(["GET", "HEAD", "POST"])
@public_page(reason="somebody new books a first talk")
def book(request: PracticeRequest, offering: str) -> HttpResponse:
    """Month and times, then name and e-mail address. POST books it."""
    found, now = public_offering(offering), timezone.now()
    desk = _Desk(
        offering=found,
        choice=read_choice(request.GET, default_zone=found.schedule.time_zone),
        setting=Setting(
            duration=found.duration,
            other_name=found.coach.name.split()[0],
            other_zone=found.schedule.time_zone,
            now=now,
        ),
        now=now,
    )
    if request.method == "POST":
        return _confirm(request, desk)
    return _choose(request, desk, GuestForm(initial={"zone": desk.choice.zone}))


def _confirm(request: PracticeRequest, desk: _Desk) -> HttpResponse:
    form = GuestForm(request.POST)
    if not form.is_valid():
        return _choose(request, desk, form, status=422)
    answers = form.cleaned_data
    try:
        session = book_as_guest(
            offering=desk.offering,
            starts_at=answers["at"],
            guest=Guest(
                booker=BookerGuest(name=answers["name"], email=answers["email"]),
                address=get_adapter().get_client_ip(request),
            ),
            booking_key=answers["booking_key"] or uuid4(),
            booker_time_zone=answers["zone"] or desk.choice.zone,
            now=desk.now,
        )
    except SlotTaken as taken:
        others = alternative_slots(taken.alternatives, desk.choice, desk.setting)
        return _choose(request, desk, form, taken=True, others=others, status=409)
    except (NotBookable, TooManyBookings):
        form.add_error(None, _refusal(desk))
        return _choose(request, desk, form, status=429)
    slug = request.practice.slug
    return redirect("booked", slug, desk.offering.slug, session.booking_key)


def _refusal(desk: _Desk) -> str:
    """One text for every limit: nobody learns here whether somebody else's address has booked."""
    return _(
        "We could not book this now. If you have a booking already, move or cancel it with the"
        " links in the mail about it. If not, try again in an hour or write to %(coach)s."
    ) % {"coach": desk.setting.other_name}


def _choose(
    request: PracticeRequest,
    desk: _Desk,
    form: GuestForm,
    *,
    taken: bool = False,
    others: tuple[Slot, ...] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "offering": desk.offering,
        "coach": desk.offering.coach,
        "facts": facts_of_offering(desk.offering),
        "picker": build_picker(open_starts(desk.offering, desk.now), desk.choice, desk.setting),
        "form": form,
        "taken": taken,
        "others": others,
        "booking_key": uuid4(),
        "asks_zone": "zone" not in request.GET,
    }
    return render_page(request, "scheduling/public/book.html", context, status=status)


@require_safe
@public_page(reason="the answer to a booking, behind a key that only the booker's page has")
def booked(request: PracticeRequest, offering: str, key: UUID) -> HttpResponse:
    """When and where, once more."""
    session = booked_by_guest(public_offering(offering), key)
    context = {
        "session": line_of(session),
        "booker_zone": session.booker_time_zone,
        "coach_zone": session.coach_time_zone,
        "zone_city": city(session.booker_time_zone),
        "facts": facts_of_offering(session.offering),
    }
    return render_page(request, "scheduling/public/booked.html", context)
