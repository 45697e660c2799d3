"""The one address that calendar programmes read."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coachops.practices.guards import public_page
from coachops.practices.services.links import hash_secret
from coachops.tenancy.scope import Scope, scope
from coachops.web.limits import TooMany, allow
from scheduling.calendars.writing import write_feed
from scheduling.queries.feeds import entries_of, open_feed

NOBODY = UUID(int=0)
READS_A_MINUTE = 60


@require_safe
@public_page(reason="the secret in the address is the key; it names its practice")
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The sessions as a calendar file; 304 after one statement when nothing has changed.

    A wrong secret, one that was taken back and one of a practice that does not exist take the same
    way and get the same 404.
    """
    practice_text, _dot, secret = token.partition(".")
    practice_id, secret_hash, now = _practice(practice_text), hash_secret(secret), timezone.now()
    try:
        allow(f"feed:{secret_hash.hex()}", most=READS_A_MINUTE, seconds=60)
    except TooMany as limit:
        return HttpResponse(
            status=429, headers={"Retry-After": str(limit.seconds), "Cache-Control": "no-store"}
        )
    with scope(Scope(practice_id=practice_id, roles=frozenset({"link"}))):
        found = open_feed(practice_id, secret_hash, now)
        if found is None:
            raise Http404
        if found.etag in request.headers.get("If-None-Match", ""):
            return _dressed(HttpResponse(status=304), found.etag)
        with translation.override(found.language):
            entries = entries_of(found, practice_id, secret_hash, now)
            name = _("Sessions at %(practice)s") % {"practice": found.practice_name}
    response = HttpResponse(write_feed(name, entries), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="sessions.ics"'
    return _dressed(response, found.etag)


def _practice(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return NOBODY


def _dressed(response: HttpResponse, etag: str) -> HttpResponse:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
