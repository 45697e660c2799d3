"""What a client takes along."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from clients.access import own_client, own_client_with_safe
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.transfer.access import own_archive, own_archives
from coachops.transfer.policies import Kind, State
from coachops.transfer.queries.transfers import facts_of
from coachops.transfer.services import orders
from coachops.web.pages import render_page

MOST_SHOWN = 5
# What was made before this was sealed is not handed out: it is quickly made again.
SEALED = ".sealed"


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def own_data(request: PracticeRequest) -> HttpResponse:
    """Asked for twice while one is being made, it is made once."""
    own_client(request)
    found = list(own_archives(request)[:MOST_SHOWN])
    if request.method == "POST":
        orders.begin_once(kind=Kind.OWN_OUT, by=request.membership, now=timezone.now())
        return redirect("portal:own_data", request.practice.slug)
    now = timezone.now()
    rows = [facts_of(each, now) for each in found]
    context = {
        "active": "own_data",
        "rows": rows,
        "is_moving": any(row.is_moving for row in rows),
    }
    return render_page(request, "transfer/own.html", context, partials=["own-list"])


@require_safe
@portal_page
def own_data_file(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Raises 404 once it is over, and to anybody else always."""
    _client, safe = own_client_with_safe(request)
    found = own_archive(request, pk)
    is_there = found.state == State.DONE and found.is_there(timezone.now())
    if not is_there or not found.result.endswith(SEALED):
        raise Http404
    name = f"my data {found.created_at:%Y-%m-%d}.zip"
    blocks = safe.open_file(default_storage.open(found.result, "rb"), row_id=found.pk)
    response = StreamingHttpResponse(blocks, content_type="application/zip")
    response.headers["Content-Length"] = str(found.result_size)
    response.headers["Content-Disposition"] = str(content_disposition_header(True, name))
    return response  # type: ignore[return-value]  # it is one, but for its content
