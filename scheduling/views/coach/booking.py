"""Book for a client: the times the client would see, and others at the coach's own risk."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access import client_for_member
from clients.models import Client, Engagement
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from scheduling.access import coaches_for_member
from scheduling.forms.booking import ConfirmForm, OtherTimeForm
from scheduling.models import Offering
from scheduling.queries.availability import explain
from scheduling.queries.booking_page import BookingDesk, Person, booking_page, open_desk
from scheduling.queries.facts import refusal_in_words
from scheduling.queries.offerings import open_offerings_of
from scheduling.queries.picker import write_at
from scheduling.queries.picker_parts import usual_clock
from scheduling.queries.standing import bookable_counts, engagement_for_booking
from scheduling.services.booking import (
    BookerClient,
    Details,
    NotBookable,
    SlotTaken,
    book_session,
    check_is_bookable,
)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is booked for whom, found once for one request."""

    client: Client
    offerings: list[Offering]
    engagement: Engagement | None
    page: BookingDesk

    @property
    def offering(self) -> Offering:
        return self.page.offering

    @property
    def booker(self) -> BookerClient:
        return BookerClient(self.client, self.engagement)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def book(request: PracticeRequest, client_pk: UUID) -> HttpResponse:
    """Month and times of one offering; another time is possible, with what speaks against it."""
    client, now = client_for_member(request, client_pk), timezone.now()
    offerings = [
        offering
        for coach in coaches_for_member(request)
        for offering in open_offerings_of(coach.pk)
    ]
    if not offerings:
        context = {"active": "clients", "client": client}
        return render_page(request, "scheduling/coach/book_nothing.html", context)
    desk = _desk(request, client, offerings, now)
    refusal = ""
    try:
        if request.method == "POST":
            return _confirm(request, desk)
        check_is_bookable(offering=desk.offering, booker=desk.booker, by_coach=True)
    except NotBookable as refused:
        refusal = refusal_in_words(refused.reason, coach=desk.offering.coach.name.split()[0])
    return _choose(request, desk, refusal=refusal)


def _desk(
    request: PracticeRequest, client: Client, offerings: list[Offering], now: datetime
) -> _Desk:
    wanted = request.GET.get("offering", "")
    if wanted and wanted not in {str(each.pk) for each in offerings}:
        raise Http404
    offering = next((each for each in offerings if str(each.pk) == wanted), offerings[0])
    person = Person(
        zone=request.user.time_zone,
        clock=usual_clock(request.headers.get("Accept-Language", "")),
        hold_key=None,
        keeps=(("offering", str(offering.pk)),) if wanted else (),
    )
    page = open_desk(offering, request.GET, person, now)
    setting = replace(page.setting, other_name=client.first_name, other_zone=client.time_zone)
    return _Desk(
        client=client,
        offerings=offerings,
        engagement=engagement_for_booking(client, offering),
        page=replace(page, setting=setting),
    )


def _confirm(request: PracticeRequest, desk: _Desk) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _choose(request, desk, status=422)
    try:
        book_session(
            offering=desk.offering,
            starts_at=form.cleaned_data["at"],
            booker=desk.booker,
            booking_key=form.cleaned_data["booking_key"] or uuid4(),
            booker_time_zone=desk.client.time_zone,
            now=desk.page.now,
            by_coach=True,
            details=Details(
                duration=desk.page.duration,
                coach_id=desk.page.coach_id,
                booked_by_id=request.membership.pk,
            ),
        )
    except SlotTaken as taken:
        return _choose(request, desk, taken=taken, status=409)
    messages.success(
        request,
        _("Booked. %(name)s gets the invitation now.") % {"name": desk.client.first_name},
    )
    return redirect("coach:client", request.practice.slug, desk.client.pk)


def _choose(
    request: PracticeRequest,
    desk: _Desk,
    *,
    refusal: str = "",
    taken: SlotTaken | None = None,
    status: int = 200,
) -> HttpResponse:
    other = OtherTimeForm(request.GET if "other" in request.GET else None)
    engagement = desk.engagement
    page = booking_page(desk.page, alternatives=taken.alternatives if taken else ())
    context = {
        "active": "clients",
        "client": desk.client,
        "offering": desk.offering,
        "offerings": desk.offerings,
        "engagement": engagement,
        "left": bookable_counts([engagement.pk])[engagement.pk] if engagement else None,
        "facts": page.facts,
        "page": page,
        "picker": page.picker,
        "refusal": refusal,
        "other_form": other,
        "answers": _answers(desk, other),
        "taken": taken is not None,
        "others": page.others,
        "booking_key": uuid4(),
    }
    return render_page(request, "scheduling/coach/book.html", context, status=status)


def _answers(desk: _Desk, other: OtherTimeForm) -> list[dict[str, object]]:
    """What speaks against a time that the rules do not offer, with the value to book it by."""
    if not other.is_valid():
        return []
    local = other.cleaned_data["other"].astimezone(desk.offering.schedule.zone)
    return [
        {
            "at": answer.starts_at,
            "value": write_at(answer.starts_at) if answer.starts_at else "",
            "reasons": answer.reasons,
        }
        for answer in explain(desk.offering, local.replace(tzinfo=None), desk.page.now)
        if answer.starts_at == other.cleaned_data["other"]
    ]
