"""Which engagements need a hand, and why."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.access import clients_for_member, coached_client_ids, coaches_of_member
from coachops.pages.queries.health_status import health_page_of
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page


@require_safe
@coach_page(Permission.SEE_CLIENTS)
def health_page(request: PracticeRequest) -> HttpResponse:
    """The reasons are for the client's coach; whoever organises is told the status alone."""
    page = health_page_of(
        coaches_of_member(request),
        clients_for_member(request),
        reasons_for=coached_client_ids(request),
        practice_slug=request.practice.slug,
        now=timezone.now(),
    )
    return render_page(
        request, "pages/coach/health_status.html", {"active": "clients", "page": page}
    )
