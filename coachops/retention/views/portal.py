"""A client's own data: ask for it, read the answer, let it be opened or not."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.access import own_client_with_safe
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.retention import access
from coachops.retention.models import AccessRequest, BreakGlassConsent
from coachops.retention.queries.records import in_place, openings_of, own_requests
from coachops.retention.services import break_glass, holds
from coachops.retention.services import requests as services
from coachops.web.pages import render_page


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def your_data(request: PracticeRequest) -> HttpResponse:
    """What was asked and answered; POST asks."""
    client, safe = own_client_with_safe(request)
    problem = ""
    if request.method == "POST":
        kind = str(request.POST.get("kind", ""))
        if kind not in AccessRequest.Kind.values:
            problem = _("Choose what you ask for.")
        else:
            try:
                services.open_request(
                    client=client,
                    kind=kind,
                    channel=AccessRequest.Channel.PORTAL,
                    now=timezone.now(),
                )
            except services.AlreadyAsked:
                problem = _("You have asked for this already. The day it is due stands below.")
            else:
                messages.success(request, _("Sent. You hear from the practice within a month."))
                return redirect("portal:your_data", request.practice.slug)
    now = timezone.now()
    context = {
        "active": "your-data",
        "kinds": AccessRequest.Kind.choices,
        "requests": own_requests(client, safe),
        "openings": openings_of(client, now, only_told=True),
        "in_place": in_place(),
        "is_held": holds.standing_hold(client) is not None,
        "problem": problem,
    }
    status = 422 if problem else 200
    return render_page(request, "retention/portal/your_data.html", context, status=status)


@require_POST
@portal_page
def request_take_back(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """No longer asked."""
    try:
        services.take_back(request=access.own_request(request, pk), now=timezone.now())
    except services.NotOpen:
        messages.error(request, _("It is settled already."))
    else:
        messages.success(request, _("Taken back."))
    return redirect("portal:your_data", request.practice.slug)


@require_POST
@portal_page
def opening_consent(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The client says yes."""
    asked = access.own_opening(request, pk)
    try:
        break_glass.give_consent(
            asked=asked,
            giver=BreakGlassConsent.Giver.CLIENT,
            membership=request.membership,
            now=timezone.now(),
        )
    except (break_glass.AlreadyGiven, break_glass.StillCoached):
        messages.error(request, _("This question no longer stands."))
    else:
        messages.success(request, _("You said yes. You can end it at any moment."))
    return redirect("portal:your_data", request.practice.slug)


@require_POST
@portal_page
def opening_end(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The client says no, or no longer."""
    asked = access.own_opening(request, pk)
    break_glass.end_opening(asked=asked, by_client=True, now=timezone.now())
    messages.success(request, _("Ended. Nothing more can be read."))
    return redirect("portal:your_data", request.practice.slug)
