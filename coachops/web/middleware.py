"""Post/redirect/get and flash messages, said in the way htmx understands; room for frames."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.template.loader import render_to_string
from django_htmx.http import HttpResponseClientRedirect, reswap

from coachops.web.clocks import CLOCK_COOKIE, picked_clock
from coachops.web.pages import is_partial_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

CLOCK_AGE = timedelta(days=365)
# In words of eight bytes: 128 kB, of which nothing is touched.
FRAME_ROOM = 16 * 1024


class FrameRoomMiddleware:
    """Lets everything that a request calls lie in one piece of memory. Stands above all others.

    Python 3.11 to 3.13.12 keeps frames in pieces of 16 kB, and asks the system for the next piece,
    and gives it back, at every call that crosses the edge of one (python/cpython#142183). A loop
    of a template that stands at an edge takes up to twice its time, and where the edges are
    depends on how deep the server is when it calls. For a frame that asks for much, Python takes a
    piece of twice its size, and what is called from there has room in the rest.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    __call__.__code__ = __call__.__code__.replace(co_stacksize=FRAME_ROOM)


class HtmxAnswerMiddleware:
    """Views redirect and call `messages.success` as always; this translates for htmx.

    A redirect becomes `HX-Redirect`, a real navigation that carries its messages to the next
    page. Messages beside a partial become toasts out of band. Stands below MessageMiddleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not is_partial_request(request):
            return response
        if response.has_header("Location"):
            return _navigation(response)
        if isinstance(response, HttpResponse) and _takes_toasts(response):
            _append_toasts(request, response)
        return response


class ClockMiddleware:
    """Whoever picks 12 or 24 hours on one page keeps that clock on the others, in this browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        picked = picked_clock(request)
        if picked and request.COOKIES.get(CLOCK_COOKIE) != picked:
            response.set_cookie(
                CLOCK_COOKIE,
                picked,
                max_age=CLOCK_AGE,
                secure=settings.SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def _navigation(redirect: HttpResponseBase) -> HttpResponse:
    """Cookies set on the redirect go along."""
    answer = HttpResponseClientRedirect(redirect.headers["Location"])
    answer.cookies = redirect.cookies
    return answer


def _takes_toasts(response: HttpResponse) -> bool:
    if response.has_header("HX-Redirect") or response.has_header("HX-Refresh"):
        return False
    kind = response.headers.get("Content-Type", "")
    return kind.startswith("text/html") or response.status_code == HTTPStatus.NO_CONTENT


def _append_toasts(request: HttpRequest, response: HttpResponse) -> None:
    """A 204 becomes a 200 that swaps nothing but the toasts: htmx ignores a 204's body."""
    waiting = list(get_messages(request))
    if not waiting:
        return
    if response.status_code == HTTPStatus.NO_CONTENT:
        response.status_code = HTTPStatus.OK
        reswap(response, "none")
        response["Content-Type"] = "text/html; charset=utf-8"
    toasts = render_to_string("components/toasts.html", {"toasts": waiting}, request)
    response.write(toasts)
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))
