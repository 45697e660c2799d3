"""Book for a client: the times the client would see, and others at the coach's own risk."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access import client_for_member
from clients.models import Client
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.practices.views.looking import looks_first
from coachops.web.clocks import TWENTY_FOUR, reader_clock
from coachops.web.pages import render_page
from scheduling.access import coaches_for_member
from scheduling.forms.booking import ConfirmForm, OtherTimeForm, last_step
from scheduling.models import Offering
from scheduling.policies.questions import none_required
from scheduling.queries.availability import explain
from scheduling.queries.booking_page import Person, asked_for
from scheduling.queries.facts import refusal_in_words
from scheduling.queries.offerings import open_offerings_of
from scheduling.queries.picker import write_at
from scheduling.queries.standing import booking_terms, leaders_of
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
@coach_page(Permission.MANAGE_SCHEDULING)
@looks_first
def book(request: PracticeRequest, client_pk: UUID) -> HttpResponse:
    """Month and times of one offering; another time is possible, with what speaks against it."""
    client, now = client_for_member(request, client_pk), timezone.now()
    if client.is_team:
        return redirect("coach:team_session_new", request.practice.slug, client.pk)
    offerings = _offerings(request, client)
    if not offerings:
        context = {"active": "clients", "client": client}
        return render_page(request, "scheduling/coach/book_nothing.html", context)
    visit = _visit(request, client, offerings, now)
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
        return _choose(request, visit, form, taken=taken, status=CONFLICT)
    except NotBookable as refused:
        refusal = refusal_in_words(refused.reason, coach=visit.offering.coach.name.split()[0])
        status = CONFLICT if request.method == "POST" else 200
        return _choose(request, visit, form, refusal=refusal, status=status)
    return _choose(request, visit, form)


def _offerings(request: PracticeRequest, client: Client) -> list[Offering]:
    """What can be booked: first what the client's own coach offers to one person."""
    coaches = coaches_for_member(request)
    found = [each for coach in coaches for each in open_offerings_of(coach.pk)]
    leaders = leaders_of(client) if len(coaches) > 1 else set()
    found.sort(
        key=lambda each: (each.kind != Offering.Kind.INDIVIDUAL, each.coach_id not in leaders)
    )
    return found


def _visit(
    request: PracticeRequest, client: Client, offerings: list[Offering], now: datetime
) -> ClientVisit:
    wanted = request.GET.get("offering", "")
    if wanted and wanted not in {str(each.pk) for each in offerings}:
        raise Http404
    offering = next((each for each in offerings if str(each.pk) == wanted), offerings[0])
    person = Person(
        zone=request.user.time_zone,
        clock=reader_clock(request, usual=TWENTY_FOUR),
        keeps=(("offering", str(offering.pk)),) if wanted else (),
    )
    visit = open_visit(
        client=client,
        offering=offering,
        person=person,
        asked=asked_for(request.GET, request.POST),
        by=BookedBy.helper(request.membership.pk, client, is_coach=True),
        now=now,
    )
    return replace(visit, offerings=tuple(offerings))


def _act(request: PracticeRequest, visit: ClientVisit, form: ConfirmForm) -> HttpResponse:
    if answer := kept_or_let_go(request, visit, form):
        return answer
    if not form.is_valid():
        return _choose(request, visit, form, status=UNPROCESSABLE)
    confirm(visit=visit, confirmed=replace(form.confirmed(), zone=""))  # the client's own clock
    done = _("Booked. %(name)s gets the invitation now.") % {"name": visit.client.first_name}
    messages.success(request, done)
    return redirect("coach:client", request.practice.slug, visit.client.pk)


def _choose(
    request: PracticeRequest,
    visit: ClientVisit,
    form: ConfirmForm,
    *,
    refusal: str = "",
    taken: SlotTaken | None = None,
    status: int = 200,
) -> HttpResponse:
    other = OtherTimeForm(request.GET if "other" in request.GET else None)
    engagement, page = visit.engagement, page_of(visit, taken)
    terms = booking_terms(engagement.pk) if engagement else None
    context = {
        "active": "clients",
        "client": visit.client,
        "offering": visit.offering,
        "offerings": visit.offerings,
        "engagement": engagement,
        "left": terms.left if terms else None,
        "awaits_signature": terms is not None and terms.awaits_signature,
        "facts": page.facts,
        "page": page,
        "picker": page.picker,
        "refusal": refusal,
        "other_form": other,
        "answers": _answers(visit, other),
        "form": form,
        "by_coach": True,
        "books_for": visit.client.first_name,
        "booking_key": uuid4(),
    }
    if needs_another_time(form, page):
        put_aside_for(visit, form, request.POST)
    return render_page(request, "scheduling/coach/book.html", context, status=status)


def _answers(visit: ClientVisit, other: OtherTimeForm) -> list[dict[str, object]]:
    """What speaks against a time that the rules do not offer, with the value to book it by."""
    if not other.is_valid():
        return []
    local = other.cleaned_data["other"].astimezone(visit.offering.schedule.zone)
    return [
        {
            "at": answer.starts_at,
            "value": write_at(answer.starts_at) if answer.starts_at else "",
            "reasons": answer.reasons,
        }
        for answer in explain(visit.offering, local.replace(tzinfo=None), visit.desk.now)
        if answer.starts_at == other.cleaned_data["other"]
    ]
