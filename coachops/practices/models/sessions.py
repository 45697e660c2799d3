"""Sessions that end when nobody uses them. Django finds `SessionStore` by SESSION_ENGINE."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

# How often, at most, a session that is in use is written.
TOUCHED_EVERY = timedelta(minutes=5)

# Why a session ended: also what the page of signing in is told in its address.
UNUSED, TOO_OLD, GONE = "unused", "too-old", "gone"

_SIGNED_IN_AT = "signed_in_at"
_WORKS = "works_in_a_practice"


class SessionStore(DatabaseSessionStore):
    """The row's `expire_date` is the last use and the time without use that is allowed.

    So nothing more is asked of the database to see that a session has ended, and using it is one
    narrow UPDATE now and then, which cannot bring back a session that was ended meanwhile.
    """

    ended: str = ""
    """Why the session that the browser named is no longer there; empty if it named none."""

    _unused_until: datetime | None = None

    def load(self) -> dict[str, Any]:
        row = _row(self.session_key)
        data = {} if row is None else self.decode(row.session_data)
        reason = _why_ended(row, data, timezone.now())
        if row is None or reason:
            self.ended = reason if row is None or SESSION_KEY in data else ""
            self._session_key = None
            return {}
        self._unused_until = row.expire_date
        return data

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        row.expire_date = timezone.now() + _idle(data)
        return row

    def touch(self, *, now: datetime) -> None:
        """Note that a signed-in session is in use. Most of the time there is nothing to write."""
        if self.get(SESSION_KEY) is None or self.modified or self._unused_until is None:
            return
        until = now + _idle(self)
        if until - self._unused_until > TOUCHED_EVERY:
            Session.objects.filter(session_key=self.session_key).update(expire_date=until)


def begin_session(session: SessionBase, *, works: bool, now: datetime) -> None:
    """Write down when somebody signed in, and whether they work in a practice."""
    session[_SIGNED_IN_AT] = int(now.timestamp())
    session[_WORKS] = works


def works_in_a_practice(session: SessionBase) -> None:
    """From now on the shorter limit counts: somebody was made a member since they signed in."""
    if not session.get(_WORKS):
        session[_WORKS] = True


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that somebody could go on with."""

    signed_in_at: datetime
    used_at: datetime


def open_sessions(keys: Iterable[str], *, auth_hash: str, now: datetime) -> dict[str, OpenSession]:
    """Those of these sessions that have not ended, by key. `auth_hash` changes with the password.

    `used_at` is known to a few minutes. One query.
    """
    store = SessionStore()
    found = {}
    for row in Session.objects.filter(session_key__in=list(keys)):
        data = store.decode(row.session_data)
        if not _why_ended(row, data, now) and data.get(HASH_SESSION_KEY) == auth_hash:
            found[row.session_key] = OpenSession(
                signed_in_at=_signed_in_at(data), used_at=row.expire_date - _idle(data)
            )
    return found


def _row(session_key: str | None) -> Session | None:
    """Plain SQL, as every page asks it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_key, session_data, expire_date FROM django_session"
            " WHERE session_key = %s",
            [session_key],
        )
        found = cursor.fetchone()
    return found and Session.from_db(
        connection.alias, ["session_key", "session_data", "expire_date"], found
    )


def _why_ended(row: Session | None, data: Mapping[str, Any], now: datetime) -> str:
    if row is None:
        return GONE
    if row.expire_date <= now:
        return UNUSED
    age = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    is_too_old = SESSION_KEY in data and _signed_in_at(data) + age <= now
    return TOO_OLD if is_too_old else ""


def _signed_in_at(data: Mapping[str, Any]) -> datetime:
    """Long ago for a session that does not say: it is older than this rule."""
    return datetime.fromtimestamp(data.get(_SIGNED_IN_AT, 0), UTC)


def _idle(data: Any) -> timedelta:
    seconds = settings.SESSION_IDLE_STAFF if data.get(_WORKS) else settings.SESSION_IDLE
    return timedelta(seconds=seconds)
