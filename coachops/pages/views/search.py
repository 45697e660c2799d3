"""The palette and the search page: the same view, whole or as a list of results."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.access import clients_for_member, coached_client_ids
from clients.models import CoachAssignment
from clients.services.access_ledger import ContentKind, record_read
from coachops.pages.queries.search import Group, search
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission, Role
from coachops.web.pages import render_page


@require_safe
@coach_page(Permission.SEE_CLIENTS)
def search_page(request: PracticeRequest) -> HttpResponse:
    """What matches, in groups; content only of clients whom the member coaches."""
    text = request.GET.get("q", "").replace("\x00", "")[:100]
    coaches = Role.COACH in request.membership.roles
    groups = search(
        text,
        practice_slug=request.practice.slug,
        clients=clients_for_member(request),
        coached=coached_client_ids(request)
        if coaches
        else CoachAssignment.objects.values("client_id").none(),
    )
    _record_reads(request, groups)
    context = {"groups": groups, "text": text, "active": "search"}
    return render_page(
        request, "pages/coach/search.html", context, partials={"palette-results": "results"}
    )


def _record_reads(request: PracticeRequest, groups: tuple[Group, ...]) -> None:
    now = timezone.now()
    seen = {hit.client_id for group in groups for hit in group.hits if hit.client_id}
    for client_id in seen:
        record_read(
            client_id=client_id,
            reader_id=request.membership.pk,
            kind=ContentKind.PROFILE,
            now=now,
        )
