"""A client's own mail log and choices."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from clients.access import own_client
from coachops.correspondence.queries.log import FILTERS, logged, logged_mail
from coachops.correspondence.views.choosing import answer_choices
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page

A_PAGE = 30


@require_safe
@portal_page
def mail_log(request: PracticeRequest) -> HttpResponse:
    """Every mail the practice sent the client, or their assistant about them."""
    client = own_client(request)
    state = request.GET.get("state", "")
    page = Paginator(logged(client, state), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [logged_mail(entry) for entry in page],
        "filters": FILTERS.items(),
        "state": state if state in FILTERS else "",
        "active": "mail_log",
    }
    return render_page(request, "correspondence/portal/mail_log.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def mail_choices(request: PracticeRequest) -> HttpResponse:
    """Which mail the client gets from this practice."""
    return answer_choices(request, request.user.email, "correspondence/portal/choices.html")
