"""Every view declares who it is for. The middleware has opened the scope before these run."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from urllib.parse import urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from coachops.practices.models import Membership, Practice, User
from coachops.practices.models.sessions import SessionStore
from coachops.practices.roles import Permission, permissions_of
from coachops.web.pages import render_page

DEMO_ENTRY = "entered_demo"


class PracticeRequest(HttpRequest):
    """A request inside a practice: what the middleware found out about who asks."""

    user: User
    session: SessionStore
    practice: Practice
    membership: Membership
    permissions: frozenset[Permission]


type View[**P] = Callable[Concatenate[PracticeRequest, P], HttpResponse]


def is_signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in, and from there back to the page."""
    return redirect_to_login(_page_of(request))


def _page_of(request: HttpRequest) -> str:
    """The page that is asked for, or on which the form or the part of it stands."""
    if request.headers.get("HX-Request"):
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
    elif request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    else:
        page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host():
        return reverse("chooser")
    return f"{page.path}?{page.query}" if page.query else page.path


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this person signed in with, or has set up, a second factor."""
    records = get_authentication_records(request, request.user)
    if any(record.get("method") == "mfa" for record in records):
        return True
    return bool(request.session.get(DEMO_ENTRY)) or is_mfa_enabled(request.user)


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether this member has to set up a second factor before other people's data is entrusted.

    Views that ask for it redirect to `mfa_index`.
    """
    return not has_second_factor(request)


def link_gone(request: HttpRequest) -> HttpResponse:
    """The one answer for a link that is unknown, tampered with, expired, revoked or used."""
    response = render_page(request, "practices/link_gone.html", status=404)
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def coach_page[**P](permission: Permission) -> Callable[[View[P]], View[P]]:
    """A page of the dashboard; 404 for members without the permission."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: PracticeRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if permission not in request.permissions:
                raise Http404
            if request.practice.requires_second_factor and not has_second_factor(request):
                return redirect("mfa_index")
            return view(request, *args, **kwargs)

        return _declare(guarded, "coach", permission)

    return decorate


def portal_page[**P](view: View[P]) -> View[P]:
    """A page of the client's portal (the client in person, not a delegate)."""

    @wraps(view)
    def guarded(request: PracticeRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if "client" not in request.membership.roles:
            raise Http404
        return view(request, *args, **kwargs)

    return _declare(guarded, "portal")


def delegate_page[**P](view: View[P]) -> View[P]:
    """A page for a client's own assistant: dates and places, nothing else of the portal."""

    @wraps(view)
    def guarded(request: PracticeRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if "delegate" not in request.membership.roles:
            raise Http404
        return view(request, *args, **kwargs)

    return _declare(guarded, "portal", "delegate")


def sponsor_page[**P](view: View[P]) -> View[P]:
    """A read-only page for contacts of a sponsor organisation."""

    @wraps(view)
    def guarded(request: PracticeRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, *args, **kwargs)

    return _declare(guarded, "sponsor")


def signed_in_page[**P](*, reason: str) -> Callable[[View[P]], View[P]]:
    """A page for anybody who has signed in, outside every practice. The reason is for readers."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: PracticeRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not is_signed_in(request):
                return to_sign_in(request)
            return view(request, *args, **kwargs)

        return _declare(guarded, "signed_in", reason)

    return decorate


def public_page[**P](*, reason: str) -> Callable[[View[P]], View[P]]:
    """A page for anybody at all. The reason is for readers of the code."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: PracticeRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            return view(request, *args, **kwargs)

        return _declare(guarded, "public", reason)

    return decorate


def link_page[**P](*, reason: str) -> Callable[[View[P]], View[P]]:
    """A page behind a token in the address; the middleware opened the token's practice."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: PracticeRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            response = view(request, *args, **kwargs)
            # Keeps the token on our site. The stricter "no-referrer" makes
            # browsers post the form with `Origin: null`, which the CSRF check refuses.
            response.headers["Referrer-Policy"] = "same-origin"
            return response

        return _declare(guarded, "link", reason)

    return decorate


def _declare[**P](view: View[P], audience: str, detail: Any = None) -> View[P]:
    view.audience = audience  # type: ignore[attr-defined]
    view.audience_detail = detail  # type: ignore[attr-defined]
    return view


def permissions_for(membership: Membership) -> frozenset[Permission]:
    return permissions_of(frozenset(membership.roles))
