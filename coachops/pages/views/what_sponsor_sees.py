"""The sponsor's page as the client sees it: the same query, the same template."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from clients.access import today_in
from clients.models import Engagement
from clients.queries.disclosure import disclosure_state
from coachops.pages.queries.sponsor import coachee_page
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page
from tracking.access.reports import sponsored_engagements
from tracking.queries.reports import reports_in_review


@require_safe
@portal_page
def what_sponsor_sees(request: PracticeRequest) -> HttpResponse:
    """One engagement at a time, the newest first; and in words what no sponsor ever sees."""
    client, engagements = sponsored_engagements(request)
    chosen = _chosen(engagements, request.GET.get("engagement", ""))
    today = today_in(request)
    context = {
        "active": "sponsor-sees",
        "engagements": engagements,
        "engagement": chosen,
        "page": coachee_page(chosen, today=today, zone=request.practice.zone) if chosen else None,
        "disclosure": disclosure_state(chosen) if chosen else None,
        "waiting": reports_in_review(client.pk, today),
        "in_portal": True,
    }
    return render_page(request, "pages/sponsor/what_sponsor_sees.html", context)


def _chosen(engagements: tuple[Engagement, ...], wanted: str) -> Engagement | None:
    if not wanted:
        return next(iter(engagements), None)
    try:
        pk = UUID(wanted)
    except ValueError:
        raise Http404 from None
    found = next((each for each in engagements if each.pk == pk), None)
    if found is None:
        raise Http404
    return found
