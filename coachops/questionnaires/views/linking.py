"""Answering by a signed link, for a client who has no portal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from coachops.practices.guards import PracticeRequest
from coachops.questionnaires.policies.browsers import is_same_browser
from coachops.questionnaires.queries.opening import Opened
from coachops.questionnaires.views.filling import Asked, fill
from coachops.web.pages import render_page

COOKIE_DAYS = 45
PAGES = "questionnaires/link"


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link leads to; `cookie` names it in the browser that begins.

    `take_up` gives that browser its secret, or None if another one was quicker; `renew` mails a new
    link to the client's own address; `asked` has a `response` and a `due_on`, which may be None.
    """

    cookie: str
    kept: bytes | memoryview | None
    take_up: Callable[[], str | None]
    renew: Callable[[], None]
    opens: Callable[[], Opened]
    asked: Any
    is_intake: bool = False

    @property
    def context(self) -> dict[str, Any]:
        return {"questionnaire": self.asked, "is_intake": self.is_intake}


def in_one_browser(request: PracticeRequest, linked: Linked) -> HttpResponse:
    """First a page that says what it is; only the browser that begins here sees any answer.

    A forwarded link therefore shows nothing that was written. Reading the link alone begins
    nothing: mail programs look at links too.
    """
    if is_same_browser(linked.kept, request.COOKIES.get(linked.cookie, "")):
        return _answer(request, linked)
    act = request.POST.get("act")
    if act == "begin" and linked.kept is None:
        return _begin(request, linked)
    if act == "renew":
        linked.renew()
    states = {"is_taken_up": linked.kept is not None, "is_renewed": act == "renew"}
    return render_page(request, f"{PAGES}/begin.html", {**linked.context, **states})


def _answer(request: PracticeRequest, linked: Linked) -> HttpResponse:
    def sent() -> HttpResponse:
        return render_page(request, f"{PAGES}/sent.html")

    opened, page = linked.opens(), f"{PAGES}/answer.html"
    return fill(request, Asked(opened, request.path, page, linked.context, then=sent))


def _begin(request: PracticeRequest, linked: Linked) -> HttpResponse:
    secret = linked.take_up()
    response = redirect(request.path)
    if secret is not None:
        response.set_cookie(
            linked.cookie,
            secret,
            max_age=COOKIE_DAYS * 86400,
            path="/l/",
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response
