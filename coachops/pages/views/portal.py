"""The client's first page."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.access import own_client_with_safe
from clients.queries.clients import employer_to_name, paying_company
from clients.queries.handover import waits_for_answer
from clients.queries.messages import unread_by_client
from clients.queries.teams import teams_of_client
from coachops.pages.queries.portal_home import portal_home
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page


@require_safe
@portal_page
def home(request: PracticeRequest) -> HttpResponse:
    """Next session, what was agreed, goals, and the way so far."""
    also = {
        "payer": paying_company("name"),
        "payer_domain": paying_company("mail_domain"),
        "teams": teams_of_client(),
        "is_asked_what_passes_on": waits_for_answer(),
    }
    client, safe = own_client_with_safe(request, also)
    page = portal_home(client, safe, timezone.now())
    context = {
        "employer": employer_to_name(client),
        "page": page,
        "unread": unread_by_client(client.pk),
        "active": "home",
    }
    return render_page(request, "pages/portal/home.html", context)
