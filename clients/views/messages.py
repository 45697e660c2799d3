"""The client's messages: with their coach, and with everybody who organises the sessions."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from clients.access.messages import own_threads
from clients.views.message_threads import thread_page
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def messages(request: PracticeRequest) -> HttpResponse:
    """Between client and coach; with several coaches one thread each."""
    threads = own_threads(request)
    context = {"active": "messages", "threads": threads, "unread": threads.rows.get(None)}
    opened = threads.with_coach(request.GET.get("coach", ""))
    if opened is None:
        return render_page(request, "clients/portal/messages.html", context)
    return thread_page(request, opened, "clients/portal/messages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def logistics(request: PracticeRequest) -> HttpResponse:
    """About dates, places and papers."""
    threads = own_threads(request)
    context = {"active": "messages", "threads": threads}
    return thread_page(request, threads.about_logistics(), "clients/portal/messages.html", context)
