"""Book a run of sessions for a client, see it, cancel what is left of it."""

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clients.access import person_for_member
from clients.models import Client
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.practices.views.looking import looks_first
from coachops.web.clocks import TWENTY_FOUR, reader_clock
from coachops.web.pages import render_page
from scheduling.access import coaches_for_member, series_for_member
from scheduling.forms.series import SeriesForm
from scheduling.models import Offering
from scheduling.policies import CancelledBy
from scheduling.policies.questions import none_required
from scheduling.queries.offerings import open_offerings_of
from scheduling.queries.series import Asker, series_page
from scheduling.queries.series_desk import SeriesDesk, series_desk
from scheduling.queries.standing import engagement_for_booking
from scheduling.services.series import can_be_a_series, cancel_rest
from scheduling.views.series_steps import chosen_offering, try_to_book


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def new(request: PracticeRequest, client_pk: UUID) -> HttpResponse:
    """Rhythm, first date, then every date with what speaks against it."""
    client, now = person_for_member(request, client_pk), timezone.now()
    offerings = [
        offering
        for coach in coaches_for_member(request)
        for offering in open_offerings_of(coach.pk)
        if can_be_a_series(offering, by_coach=True)
    ]
    if not offerings:
        context = {"active": "clients", "client": client}
        return render_page(request, "scheduling/coach/book_nothing.html", context)
    desk = _desk(request, client, chosen_offering(request, offerings), now)
    form = SeriesForm(request.POST or None, questions=none_required(desk.offering.questions))
    context = {"active": "clients", "desk": desk, "offerings": offerings, "booking_key": uuid4()}
    context["form"], context["books_for"], status = form, client.first_name, 200
    if request.method == "POST":
        found, context["problem"], status = try_to_book(
            desk, form, now, booked_by_id=request.membership.pk, by_coach=True
        )
        if found is not None:
            messages.success(request, _("Booked. Everybody gets all dates by e-mail now."))
            return redirect("coach:series", request.practice.slug, found.pk)
        context["picked"] = request.POST.getlist("at")
    return render_page(request, "scheduling/coach/series_new.html", context, status=status)


def _desk(
    request: PracticeRequest, client: Client, offering: Offering, now: datetime
) -> SeriesDesk:
    return series_desk(
        client,
        offering,
        engagement_for_booking(client, offering),
        request.GET,
        asker=Asker(
            request.user.time_zone,
            by_coach=True,
            clock=reader_clock(request, usual=TWENTY_FOUR),
        ),
        now=now,
    )


@require_safe
@coach_page(Permission.MANAGE_SCHEDULING)
def series(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Every session of it, each with its own move and cancel."""
    found = series_for_member(request, pk)
    context = {"active": "clients", "page": series_page(found, timezone.now())}
    return render_page(request, "scheduling/coach/series.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
@looks_first
def cancel(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The rest of it, at no cost to the client."""
    found, now = series_for_member(request, pk), timezone.now()
    if request.method == "POST":
        count = len(cancel_rest(series=found, cancelled_by=CancelledBy.COACH, now=now))
        words = ngettext("One session cancelled.", "%(n)d sessions cancelled.", count)
        messages.success(request, words % {"n": count})
        return redirect("coach:series", request.practice.slug, found.pk)
    context = {"active": "clients", "page": series_page(found, now)}
    return render_page(request, "scheduling/coach/series_cancel.html", context)
