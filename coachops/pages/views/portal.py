"""The client's first page."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.access import own_client_with_safe
from coachops.pages.queries.portal_home import portal_home
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page


@require_safe
@portal_page
def home(request: PracticeRequest) -> HttpResponse:
    """Next session, what was agreed, goals, and the way so far."""
    client, safe = own_client_with_safe(request)
    page = portal_home(client, safe, timezone.now())
    return render_page(request, "pages/portal/home.html", {"page": page, "active": "home"})
