"""What coach and client keep from their sessions."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from clients.access import own_client
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page
from tracking.queries.summaries import shared_summaries, shared_summary_count

A_PAGE = 10


@portal_page
@require_safe
def summaries(request: PracticeRequest) -> HttpResponse:
    client = own_client(request)
    page = Paginator(range(shared_summary_count(client.pk)), A_PAGE).get_page(
        request.GET.get("page")
    )
    found = shared_summaries(client.pk, offset=(page.number - 1) * A_PAGE, limit=A_PAGE)
    context = {"active": "home", "page": page, "summaries": found}
    return render_page(request, "tracking/portal/summaries.html", context)
