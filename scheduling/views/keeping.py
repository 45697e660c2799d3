"""Whoever books for a client keeps a time before confirming it, or lets it go again."""

from django.http import HttpResponse
from django.shortcuts import redirect

from coachops.practices.guards import PracticeRequest
from scheduling.forms.booking import ConfirmForm
from scheduling.queries.booking_page import confirm_url, day_url
from scheduling.queries.picker import read_at
from scheduling.services.client_visits import ClientVisit, keep_time, let_go
from scheduling.views.typed import put_aside_for


def kept_or_let_go(
    request: PracticeRequest, visit: ClientVisit, form: ConfirmForm
) -> HttpResponse | None:
    """Where to go after a time was kept or let go; None when something else was sent.

    Raises SlotTaken and NotBookable as `keep_time` does.
    """
    if "release" in request.POST:
        let_go(visit=visit)
        put_aside_for(visit, form, request.POST)
        return redirect(request.path + day_url(visit.desk))
    if "hold" not in request.POST:
        return None
    at = read_at(request.POST["hold"])
    if at is None:
        return redirect(request.path)
    keep_time(visit=visit, starts_at=at)
    return redirect(request.path + confirm_url(visit.desk, at))
