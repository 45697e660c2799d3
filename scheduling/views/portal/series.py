"""The client books a run of sessions, within what is left, and cancels what is left of it."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clients.access import own_client
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.clocks import reader_clock
from coachops.web.pages import render_page
from scheduling.access import own_series
from scheduling.forms.series import SeriesForm
from scheduling.policies import CancelledBy
from scheduling.queries.offerings import offerings_for_client
from scheduling.queries.series import Asker, series_page
from scheduling.queries.series_desk import series_desk
from scheduling.queries.standing import engagement_for_booking
from scheduling.services.series import can_be_a_series, cancel_rest
from scheduling.views.series_steps import chosen_offering, try_to_book


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def new(request: PracticeRequest) -> HttpResponse:
    """Rhythm, first date, then every date with its state."""
    client, now = own_client(request), timezone.now()
    offerings = [each for each in offerings_for_client(client) if can_be_a_series(each)]
    if not offerings:
        return redirect("portal:book", request.practice.slug)
    offering = chosen_offering(request, offerings)
    desk = series_desk(
        client,
        offering,
        engagement_for_booking(client, offering),
        request.GET,
        asker=Asker(client.time_zone, clock=reader_clock(request)),
        now=now,
    )
    form = SeriesForm(request.POST or None, questions=offering.questions)
    context = {"active": "book", "desk": desk, "offerings": offerings, "booking_key": uuid4()}
    context["form"], status = form, 200
    if request.method == "POST":
        found, context["problem"], status = try_to_book(
            desk, form, now, booked_by_id=request.membership.pk
        )
        if found is not None:
            messages.success(request, _("Booked. All dates are on their way to your inbox."))
            return redirect("portal:series", request.practice.slug, found.pk)
        context["picked"] = request.POST.getlist("at")
    return render_page(request, "scheduling/portal/series_new.html", context, status=status)


@require_safe
@portal_page
def series(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Every session of it, each with its own move and cancel."""
    context = {"active": "book", "page": series_page(own_series(request, pk), timezone.now())}
    return render_page(request, "scheduling/portal/series.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def cancel(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What the rest of it would cost, then the deed."""
    found, now = own_series(request, pk), timezone.now()
    if request.method == "POST":
        count = len(cancel_rest(series=found, cancelled_by=CancelledBy.CLIENT, now=now))
        words = ngettext("One session cancelled.", "%(n)d sessions cancelled.", count)
        messages.success(request, words % {"n": count})
        return redirect("portal:series", request.practice.slug, found.pk)
    context = {"active": "book", "page": series_page(found, now)}
    return render_page(request, "scheduling/portal/series_cancel.html", context)
