"""Which people have signed in with a browser before, kept in the browser itself.

A signed cookie without names: whoever signs in where it does not know them is told by mail. It
stays when somebody signs out, and says nothing to anybody but this program.
"""

import hashlib
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from coachops.practices.models import User

COOKIE: Final = "__Host-known" if settings.SESSION_COOKIE_SECURE else "known"
KEPT: Final = 400 * 24 * 3600  # seconds: as long as browsers keep a cookie
MOST_PEOPLE: Final = 8
_SALT: Final = "coachops.known_browsers"


def is_known(request: HttpRequest, user: User) -> bool:
    """Whether this person has signed in with this browser."""
    return _mark(user) in _marks(request)


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Those who signed in last are kept, in a browser that several share."""
    others = [mark for mark in _marks(request) if mark != _mark(user)]
    value = signing.dumps([_mark(user), *others][:MOST_PEOPLE], salt=_SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _marks(request: HttpRequest) -> list[str]:
    """Of a cookie that is missing, too old or forged: none."""
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=KEPT)
    except signing.BadSignature:
        return []
    return [str(mark) for mark in found]


def _mark(user: User) -> str:
    return hashlib.sha256(f"{_SALT}:{user.pk}".encode()).hexdigest()[:24]
