"""The client's messages: with their coach, and with everybody who organises the sessions."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from clients.access.messages import own_team_threads, own_threads
from clients.views.message_threads import thread_page
from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page

TEAM = "clients/portal/team_messages.html"


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def messages(request: PracticeRequest) -> HttpResponse:
    """Between client and coach; with several coaches one thread each."""
    threads = own_threads(request)
    context = {"active": "messages", "threads": threads}
    opened = threads.with_coach(request.GET.get("coach", ""))
    if opened is None:
        return render_page(request, "clients/portal/messages.html", context)
    return thread_page(request, opened, "clients/portal/messages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def team_messages(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """Between a team and its coach, for whoever is in it now: from when they joined on."""
    threads = own_team_threads(request, pk)
    context = {"active": "messages", "threads": threads}
    opened = threads.with_coach(request.GET.get("coach", ""))
    if opened is None:
        return render_page(request, TEAM, context)
    return thread_page(request, opened, TEAM, context)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def team_logistics(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """About the team's dates and places: whoever is in it now, and everybody who organises."""
    threads = own_team_threads(request, pk)
    context = {"active": "messages", "threads": threads}
    return thread_page(request, threads.about_logistics(), TEAM, context)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def logistics(request: PracticeRequest) -> HttpResponse:
    """About dates, places and papers."""
    threads = own_threads(request)
    context = {"active": "messages", "threads": threads}
    return thread_page(request, threads.about_logistics(), "clients/portal/messages.html", context)
