"""A page as plain as the house allows: the yardstick for all others.

The same middleware and frame, twelve statements with those of signing in, forty rows, each with an
avatar, a link, a chip and three times of day. Mounted beside the product's own addresses.
"""

from django.http import HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_safe

from clients.models import Client, CoachAssignment, Engagement
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.urls import urlpatterns as products
from coachops.web.pages import render_page
from programs.models import LedgerEntry
from scheduling.models import Offering, Session
from tracking.models import ActionItem, Goal

ROWS = 40


@require_safe
@coach_page(Permission.USE_DASHBOARD)
def reference(request: PracticeRequest) -> HttpResponse:
    """Nine statements: forty sessions, and eight look-ups that an index answers."""
    me = request.membership
    session = Session.objects.order_by("-pk")[:1].get()
    rows = list(
        Session.objects.select_related("client", "engagement")
        .filter(coach=me)
        .order_by("starts_at")[:ROWS]
    )
    found = (
        Client.objects.filter(pk=session.client_id),
        Engagement.objects.filter(client_id=session.client_id),
        CoachAssignment.objects.filter(coach=me, client_id=session.client_id),
        Offering.objects.filter(pk=session.offering_id),
        Goal.objects.filter(client_id=session.client_id),
        ActionItem.objects.filter(client_id=session.client_id)[:5],
        LedgerEntry.objects.filter(account__engagement_id=session.engagement_id)[:5],
    )
    counts = [len(queryset) for queryset in found]
    return render_page(request, "benchmark/reference.html", {"rows": rows, "counts": counts})


urlpatterns = [
    *products,
    path(
        "coach/<slug:practice>/reference/",
        include(([path("", reference, name="reference")], "coach")),
    ),
]
