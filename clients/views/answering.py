"""Answering what was asked by a signed link, for a client who has no portal."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from clients.access.asking import opened_by_link
from clients.models import INTAKE, Asking
from clients.services.asking import send_new_link, take_up_link
from coachops.practices.guards import PracticeRequest, link_gone
from coachops.questionnaires.policies.browsers import is_same_browser
from coachops.questionnaires.views.filling import Asked, fill
from coachops.web.pages import render_page

COOKIE_DAYS = 45
PAGES = "questionnaires/link"


def answer_in_one_browser(request: PracticeRequest, asking: Asking | None) -> HttpResponse:
    """First a page that says what it is; only the browser that begins here sees any answer.

    A forwarded link therefore shows nothing that was written. Reading the link alone begins
    nothing: mail programs look at links too.
    """
    if asking is None:
        return link_gone(request)
    kept = asking.browser_hash
    if is_same_browser(kept, request.COOKIES.get(_cookie(asking), "")):
        return _answer(request, asking)
    act = request.POST.get("act")
    if act == "begin" and kept is None:
        return _begin(request, asking)
    if act == "renew":
        send_new_link(asking=asking, now=timezone.now())
    states = {"is_taken_up": kept is not None, "is_renewed": act == "renew"}
    return render_page(request, f"{PAGES}/begin.html", {**_context(asking), **states})


def _answer(request: PracticeRequest, asking: Asking) -> HttpResponse:
    def sent() -> HttpResponse:
        return render_page(request, f"{PAGES}/sent.html")

    opened, page = opened_by_link(asking), f"{PAGES}/answer.html"
    return fill(request, Asked(opened, request.path, page, _context(asking), then=sent))


def _begin(request: PracticeRequest, asking: Asking) -> HttpResponse:
    secret = take_up_link(asking=asking, now=timezone.now())
    response = redirect(request.path)
    if secret is not None:
        response.set_cookie(
            _cookie(asking),
            secret,
            max_age=COOKIE_DAYS * 86400,
            path="/l/",
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


def _cookie(asking: Asking) -> str:
    """What names it in the browser that begins."""
    return f"{asking.manner.word}-{asking.pk.hex}"


def _context(asking: Asking) -> dict[str, Any]:
    return {"questionnaire": asking, "is_intake": asking.manner is INTAKE}
