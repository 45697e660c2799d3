"""Who looked, for whoever answers for it: readers, kinds and hours, never content."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.retention.access import reads_for_member
from coachops.retention.queries.records import READ_LABELS
from coachops.web.pages import render_page

A_PAGE = 50


@require_safe
@coach_page(Permission.SEE_ACCESS_LEDGER)
def access_ledger(request: PracticeRequest) -> HttpResponse:
    """Practice-wide for owners, of their own clients for coaches."""
    page = Paginator(reads_for_member(request), A_PAGE).get_page(request.GET.get("page"))
    rows = [(read, READ_LABELS.get(read.kind, read.kind)) for read in page]
    context = {"active": "access_ledger", "page": page, "rows": rows}
    return render_page(request, "retention/coach/access_ledger.html", context)
