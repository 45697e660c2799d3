"""The client's own calendar feeds."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import render_page
from scheduling.access import feed_kind
from scheduling.queries.feeds import feed_lines
from scheduling.services.feeds import make_feed, revoke_feed


@require_safe
@portal_page
def feeds(request: PracticeRequest) -> HttpResponse:
    """Sessions in one's own calendar, by themselves."""
    return _page(request)


def _page(request: PracticeRequest, *, kind: str = "", address: str = "") -> HttpResponse:
    context = {
        "active": "book",
        "feeds": feed_lines(request.membership, for_client=True),
        "made_kind": kind,
        "made_address": address,
        "made_webcal": f"webcal://{address.partition('://')[2]}" if address else "",
        "feed_make": "portal:feed_make",
        "feed_revoke": "portal:feed_revoke",
    }
    return render_page(request, "scheduling/portal/feeds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def feed_make(request: PracticeRequest, kind: str) -> HttpResponse:
    """The new address stands on this one answer and nowhere else."""
    wanted = feed_kind(kind)
    if request.method != "POST":
        return redirect("portal:feeds", request.practice.slug)
    address = make_feed(membership=request.membership, kind=wanted, now=timezone.now())
    return _page(request, kind=wanted, address=address)


@require_POST
@portal_page
def feed_revoke(request: PracticeRequest, kind: str) -> HttpResponse:
    wanted = feed_kind(kind)
    if revoke_feed(membership=request.membership, kind=wanted, now=timezone.now()):
        messages.success(request, _("That address no longer works, from this moment on."))
    return redirect("portal:feeds", request.practice.slug)
