"""One transaction a request, around view and rendering, with the scope of the address inside it."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation

from coachops.practices.guards import (
    PracticeRequest,
    is_signed_in,
    link_gone,
    permissions_for,
    to_sign_in,
)
from coachops.practices.models import Practice
from coachops.practices.models.sessions import works_in_a_practice
from coachops.practices.queries.doors import membership_at
from coachops.practices.roles import Audience
from coachops.tenancy.scope import Scope, scope

AUDIENCE_OF_TREE = {
    "coach": Audience.STAFF,
    "portal": Audience.CLIENT,
    "sponsor": Audience.SPONSOR,
}
SERVER_ERROR = 500
SIGN_IN = "/accounts/"


class SessionUseMiddleware:
    """Keeps a session alive that is in use. Stands above the request's transaction.

    A page that takes long would else hold the session's row, and the other tabs would wait for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PracticeRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = not request.path_info.startswith(settings.UNSCOPED_PATHS)
        if is_page and response.status_code < SERVER_ERROR:
            request.session.touch(now=timezone.now())
        return response


class ScopeMiddleware:
    """Stands after authentication. Nothing below it runs outside the request's transaction.

    Django's ATOMIC_REQUESTS ends before a TemplateResponse is rendered; this does not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PracticeRequest) -> HttpResponse:
        if request.path_info.startswith(settings.UNSCOPED_PATHS):
            return self.get_response(request)
        with transaction.atomic():
            takes_turns = _takes_turns(request)
            user_id = request.user.pk if request.user.is_authenticated else None
            with scope(Scope(user_id=user_id)):
                response = self.get_response(request)
            if takes_turns and request.session.modified and not request.session.is_empty():
                request.session.save()
            if getattr(request, "failed", False) or response.status_code >= SERVER_ERROR:
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        request.failed = True  # type: ignore[attr-defined]


def _takes_turns(request: HttpRequest) -> bool:
    """Queue what one browser sends while it signs in, before its session is read.

    Tries at a code are counted in the session: sent all at once, each would find the count at
    nought. The session is saved before the lock goes with the transaction.
    """
    cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if request.method != "POST" or not cookie or not request.path_info.startswith(SIGN_IN):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [cookie])
    return True


class PracticeMiddleware:
    """Finds the practice that the address names, and who asks in it; opens that scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: PracticeRequest,
        view: Callable[..., HttpResponseBase],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponseBase | None:
        if request.path_info.startswith(settings.UNSCOPED_PATHS):
            return None
        try:
            return _run_in_practice(request, view, kwargs)
        except BaseException:
            # Django turns exceptions into responses before the transaction's owner sees them.
            request.failed = True  # type: ignore[attr-defined]
            raise


def _run_in_practice(
    request: PracticeRequest, view: Callable[..., HttpResponseBase], kwargs: dict[str, object]
) -> HttpResponseBase | None:
    match = request.resolver_match
    if match is not None and "practice" in kwargs:
        slug = str(kwargs.pop("practice"))
        tree = match.namespaces[0] if match.namespaces else ""
        if tree in AUDIENCE_OF_TREE:
            return _run_as_member(request, view, kwargs, AUDIENCE_OF_TREE[tree], slug)
        return _run_as_public(request, view, kwargs, slug)
    if "token" in kwargs and getattr(view, "audience", "") == "link":
        return _run_as_link(request, view, kwargs)
    return None


def _run_as_member(
    request: PracticeRequest,
    view: Callable[..., HttpResponseBase],
    kwargs: dict[str, object],
    audience: Audience,
    slug: str,
) -> HttpResponseBase:
    if not is_signed_in(request):
        return to_sign_in(request)
    membership = membership_at(request.user, slug=slug, audience=audience)
    if membership is None:
        raise Http404
    if audience == Audience.STAFF:
        works_in_a_practice(request.session)
    request.membership = membership
    request.practice = membership.practice
    request.permissions = permissions_for(membership)
    member_scope = Scope(
        user_id=request.user.pk,
        practice_id=membership.practice_id,
        membership_id=membership.pk,
        roles=frozenset(membership.roles),
    )
    with scope(member_scope):
        return _rendered(view(request, **kwargs))


def _run_as_public(
    request: PracticeRequest,
    view: Callable[..., HttpResponseBase],
    kwargs: dict[str, object],
    slug: str,
) -> HttpResponseBase:
    with scope(Scope(practice_slug=slug)):
        practice = Practice.objects.filter(slug=slug).first()
    if practice is None:
        raise Http404
    request.practice = practice
    with scope(Scope(practice_id=practice.pk, roles=frozenset({"public"}))):
        return _rendered(view(request, **kwargs))


def _run_as_link(
    request: PracticeRequest,
    view: Callable[..., HttpResponseBase],
    kwargs: dict[str, object],
) -> HttpResponseBase:
    practice_text, _, _ = str(kwargs["token"]).partition(".")
    try:
        practice_id = UUID(practice_text)
    except ValueError:
        return link_gone(request)
    with scope(Scope(practice_id=practice_id, roles=frozenset({"link"}))):
        practice = Practice.objects.filter(pk=practice_id).first()
        if practice is None:
            return link_gone(request)
        request.practice = practice
        return _rendered(view(request, **kwargs))


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    """Render inside the scope: a lazy template response would query after it has closed."""
    render = getattr(response, "render", None)
    return render() if callable(render) else response


class PersonMiddleware:
    """Pages speak the reader's language and show times in the reader's zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(settings.UNSCOPED_PATHS):
            return self.get_response(request)
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        with timezone.override(user.zone), translation.override(user.language):
            return self.get_response(request)


class EndedSessionMiddleware:
    """Whoever is led to the sign-in because their session has ended, is told why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PracticeRequest) -> HttpResponse:
        response = self.get_response(request)
        address = response.headers.get("Location", "")
        if address.startswith(f"{reverse('account_login')}?") and request.session.ended:
            response.headers["Location"] = f"{address}&ended={request.session.ended}"
        return response


class PrivatePageMiddleware:
    """What a signed-in person saw stays out of caches, and out of the browser after signing out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(settings.UNSCOPED_PATHS):
            return self.get_response(request)
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        if was_signed_in and not request.user.is_authenticated:
            # Not "cookies": that would clear the whole domain's, and the one that guards the
            # sign-in form. The session's own is deleted in any case.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response
