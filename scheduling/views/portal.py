"""The client's own sessions: choose a time, see it, move it, cancel it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.access import own_client
from clients.models import Client, Engagement
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page
from scheduling.access import own_session
from scheduling.emails import invitation_of
from scheduling.forms.booking import ConfirmForm
from scheduling.invitations import write_invitation
from scheduling.models import Offering
from scheduling.policies import CancelledBy, Refused, is_late
from scheduling.queries.changing import cancel_page, move_page
from scheduling.queries.facts import (
    clocks_differ,
    facts_of_offering,
    place_in_words,
    refusal_in_words,
)
from scheduling.queries.offerings import offerings_for_client
from scheduling.queries.picker import (
    Choice,
    Setting,
    Slot,
    alternative_slots,
    build_picker,
    read_choice,
)
from scheduling.queries.sessions import line_of, sessions_of_client, upcoming_of_client
from scheduling.queries.slots import open_starts
from scheduling.queries.standing import (
    bookable_counts,
    engagement_for_booking,
    next_number,
    standing_of,
)
from scheduling.queries.zones import city
from scheduling.services.booking import (
    BookerClient,
    NotBookable,
    SlotTaken,
    book_session,
    check_is_bookable,
)
from scheduling.services.changes import cancel_session, move_session


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who books what, found once for one request."""

    client: Client
    offering: Offering
    engagement: Engagement | None
    choice: Choice
    setting: Setting
    now: datetime


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def book(request: PracticeRequest) -> HttpResponse:
    """Month and times of one offering; what is chosen is in the address. POST books it."""
    client, now = own_client(request), timezone.now()
    offerings = offerings_for_client(client)
    wanted = request.GET.get("offering", "")
    chosen = [each for each in offerings if str(each.pk) == wanted]
    if not chosen and len(offerings) != 1:
        context = {"active": "book", "offerings": offerings}
        return render_page(request, "scheduling/portal/offerings.html", context)
    offering = chosen[0] if chosen else offerings[0]
    engagement = engagement_for_booking(client, offering)
    desk = _Desk(
        client=client,
        offering=offering,
        engagement=engagement,
        choice=read_choice(request.GET, default_zone=client.time_zone),
        setting=Setting(
            duration=offering.duration,
            other_name=offering.coach.name.split()[0],
            other_zone=offering.schedule.time_zone,
            now=now,
            keeps=(("offering", str(offering.pk)),) if len(offerings) > 1 else (),
        ),
        now=now,
    )
    try:
        if request.method == "POST":
            return _confirm(request, desk)
        check_is_bookable(offering=offering, booker=BookerClient(client, engagement))
    except NotBookable as refused:
        return _not_bookable(request, desk, refused)
    return _choose(request, desk)


def _confirm(request: PracticeRequest, desk: _Desk) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _choose(request, desk, status=422)
    try:
        session = book_session(
            offering=desk.offering,
            starts_at=form.cleaned_data["at"],
            booker=BookerClient(desk.client, desk.engagement),
            booking_key=form.cleaned_data["booking_key"] or uuid4(),
            booker_time_zone=form.cleaned_data["zone"] or desk.client.time_zone,
            now=desk.now,
        )
    except SlotTaken as taken:
        others = alternative_slots(taken.alternatives, desk.choice, desk.setting)
        return _choose(request, desk, taken=True, others=others, status=409)
    messages.success(request, _("Booked. The invitation is on its way to your inbox."))
    return redirect("portal:session", request.practice.slug, session.pk)


def _choose(
    request: PracticeRequest,
    desk: _Desk,
    *,
    taken: bool = False,
    others: tuple[Slot, ...] = (),
    status: int = 200,
) -> HttpResponse:
    starts = open_starts(desk.offering, desk.now)
    engagement = desk.engagement
    left = bookable_counts([engagement.pk])[engagement.pk] if engagement else None
    context = {
        "active": "book",
        "offering": desk.offering,
        "coach": desk.offering.coach,
        "facts": facts_of_offering(desk.offering),
        "picker": build_picker(starts, desk.choice, desk.setting),
        "number": next_number(engagement.pk) if engagement else None,
        "left": left,
        "engagement": engagement,
        "taken": taken,
        "others": others,
        "booking_key": uuid4(),
    }
    return render_page(request, "scheduling/portal/book.html", context, status=status)


def _not_bookable(request: PracticeRequest, desk: _Desk, refused: Refused) -> HttpResponse:
    coach = desk.offering.coach
    context = {
        "active": "book",
        "coach": coach,
        "text": refusal_in_words(refused.reason, coach=coach.name.split()[0]),
        "upcoming": upcoming_of_client(desk.client.pk, desk.now),
    }
    return render_page(request, "scheduling/portal/not_bookable.html", context)


@require_safe
@portal_page
def sessions(request: PracticeRequest) -> HttpResponse:
    """Everything that was and is booked."""
    client, now = own_client(request), timezone.now()
    lines = sessions_of_client(client.pk)
    context = {
        "active": "book",
        "upcoming": [line for line in lines if line.ends_at > now and not line.is_cancelled][::-1],
        "past": [line for line in lines if line.ends_at <= now or line.is_cancelled],
    }
    return render_page(request, "scheduling/portal/sessions.html", context)


@require_safe
@portal_page
def session(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """When, where, and what can still be changed."""
    found, now = own_session(request, pk), timezone.now()
    standing = standing_of(found)
    is_ahead = not found.is_cancelled and now < found.starts_at
    context = {
        "active": "book",
        "session": line_of(found),
        "facts": facts_of_offering(found.offering),
        "where": place_in_words(found.place, found.place_details),
        "booker_zone": found.booker_time_zone,
        "zone_city": city(found.booker_time_zone),
        "coach_zone": found.coach_time_zone if clocks_differ(found) else "",
        "is_ahead": is_ahead,
        "is_over": now >= found.ends_at,
        "is_late": is_late(standing, now),
        "free_until": standing.free_until,
        "forfeits": found.offering.late_cancellation_forfeits,
    }
    return render_page(request, "scheduling/portal/session.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def move(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Choose another time for a session, within the policy."""
    found, now = own_session(request, pk), timezone.now()
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    alternatives, status = None, 422 if form.is_bound else 200
    try:
        if form.is_valid():
            move_session(session=found, starts_at=form.cleaned_data["at"], now=now)
            messages.success(request, _("Moved. The new time is on its way to your calendar."))
            return redirect("portal:session", request.practice.slug, found.pk)
    except SlotTaken as taken:
        alternatives, status = taken.alternatives, 409
    except Refused:
        status = 409
    page = move_page(found, request.GET, now, alternatives=alternatives)
    context = {"active": "book", "page": page, "picker": page.picker}
    return render_page(request, "scheduling/portal/move.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def cancel(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Say what cancelling costs, then do it."""
    found, now, status = own_session(request, pk), timezone.now(), 200
    try:
        if request.method == "POST":
            cancel_session(session=found, cancelled_by=CancelledBy.CLIENT, now=now)
            messages.success(request, _("Cancelled. It leaves your calendar by itself."))
            return redirect("portal:session", request.practice.slug, found.pk)
    except Refused:
        status = 409
    context = {"active": "book", "page": cancel_page(found, now)}
    return render_page(request, "scheduling/portal/cancel.html", context, status=status)


@require_safe
@portal_page
def calendar_file(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The session's present revision as a file for any calendar."""
    content = write_invitation(invitation_of(own_session(request, pk)))
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="meeting.ics"'},
    )
