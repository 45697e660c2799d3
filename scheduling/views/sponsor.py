"""A meeting of three as the company's contact sees it."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.guards import PracticeRequest, sponsor_page
from coachops.web.pages import render_page
from scheduling.access import three_way_for_sponsor
from scheduling.queries.agreed_points import three_way_of
from scheduling.queries.facts import where_in_words
from scheduling.queries.sessions import line_of


@require_safe
@sponsor_page
def three_way(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """When and where, the agenda, and the agreed points; the read is written down."""
    session = three_way_for_sponsor(request, pk)
    now = timezone.now()
    record_read(
        client_id=session.client.pk,
        reader_id=request.membership.pk,
        kind=ContentKind.SPONSOR_PAGE,
        now=now,
    )
    context = {
        "active": "home",
        "session": line_of(session),
        "where": where_in_words(session),
        "is_over": session.ends_at <= now,
        "three_way": three_way_of(session.pk),
    }
    return render_page(request, "scheduling/sponsor/three_way.html", context)
