"""One transaction a request, around view and rendering, with the scope of the address inside it."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from coachops.practices.guards import (
    PracticeRequest,
    is_signed_in,
    link_gone,
    permissions_for,
)
from coachops.practices.models import Membership, Practice
from coachops.practices.roles import Audience
from coachops.tenancy.scope import Scope, scope

AUDIENCE_OF_TREE = {
    "coach": Audience.STAFF,
    "portal": Audience.CLIENT,
    "sponsor": Audience.SPONSOR,
}
SERVER_ERROR = 500
SIGN_IN = "/accounts/"


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
        return redirect_to_login(request.get_full_path())
    elsewhere = Membership.objects.active().filter(user=OuterRef("user"))
    membership = (
        Membership.objects.active()
        .select_related("practice")
        .annotate(can_switch=Exists(elsewhere.exclude(pk=OuterRef("pk"))))
        .filter(user=request.user, practice__slug=slug, audience=audience)
        .first()
    )
    if membership is None:
        raise Http404
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


class PrivatePageMiddleware:
    """What a signed-in person saw stays out of caches, and out of the browser after signing out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith(settings.UNSCOPED_PATHS):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
