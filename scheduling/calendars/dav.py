"""Calendars on a CalDAV server (RFC 4791), through the `caldav` library and our own guarded line.

Only this module knows the library. It is given a line of ours in place of its own, so that every
request keeps the rules of `fetching`, wherever the server points to.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import caldav
import httpx
from caldav.lib import error as dav_error

from scheduling.calendars.addresses import Guard
from scheduling.calendars.fetching import Answer, Budget, Caller, Limits, problem_of
from scheduling.calendars.problems import Problem, Unreadable

MOST_CALENDARS: Final = 50
MOST_REQUESTS: Final = 120
WHOLE: Final = Limits(seconds=60.0, most_bytes=10_000_000)
EMPTY: Final = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
_GONE: Final = frozenset({404, 410})
_WRITTEN: Final = frozenset({200, 201, 204})
_CHANGED_MEANWHILE: Final = 412


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    address: str
    user: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DavCalendar:
    address: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where a session now stands in somebody's calendar."""

    href: str
    etag: str


def list_calendars(
    account: Account, guard: Guard, budget: Budget | None = None
) -> list[DavCalendar]:
    """The account's calendars that hold events. Raises Unreadable."""
    with _connected(account, guard, budget) as client:
        found = client.principal().get_calendars()[:MOST_CALENDARS]
        calendars = [
            DavCalendar(address=str(each.url), name=_name(each))
            for each in found
            if _holds_events(each)
        ]
    if not calendars:
        raise Unreadable(Problem.NO_CALENDARS)
    return calendars


def busy_file(
    account: Account,
    addresses: Sequence[str],
    window: tuple[int, int],
    guard: Guard,
    *,
    written_into: str = "",
    budget: Budget | None = None,
) -> bytes:
    """What `reading.read` needs to know about these calendars, as one file.

    A server asked for free and busy times alone has expanded the series itself, and tells no
    titles. Which busy times are our own sessions it does not tell either: of the calendar that they
    are written into, and where a server cannot answer that question, the events are fetched.
    """
    start, end = (datetime.fromtimestamp(each, UTC) for each in window)
    pieces = [EMPTY]
    with _connected(account, guard, budget) as client:
        for address in addresses:
            calendar = client.calendar(url=address)
            piece = None if address == written_into else _free_busy(calendar, start, end)
            pieces += _events(calendar, start, end) if piece is None else [piece]
    return b"\r\n".join(pieces)


def write_event(
    account: Account, calendar: str, uid: str, content: bytes, known: Written | None, guard: Guard
) -> Written:
    """Put a session into a calendar, or its next revision in its place. Raises Unreadable.

    Somebody may have changed or removed the event in the meantime: the session is as it is in our
    book, so it is written again over what is there now.
    """
    href = known.href if known else urljoin(f"{calendar.rstrip('/')}/", f"{_file(uid)}.ics")
    condition = {"If-Match": known.etag} if known and known.etag else {"If-None-Match": "*"}
    with _connected(account, guard) as client:
        response = _put(client, href, content, condition)
        if response.status == _CHANGED_MEANWHILE:
            present = client.request(href, "GET")
            again = {} if present.status in _GONE else _match(present.headers)
            response = _put(client, href, content, again)
        if response.status not in _WRITTEN:
            raise Unreadable(problem_of(response.status))
        etag = response.headers.get("etag", "") or _etag(client, href)
    return Written(href=href, etag=etag)


def remove_event(account: Account, known: Written, guard: Guard) -> None:
    """Take a session out of a calendar again; one that is gone already is no fault."""
    with _connected(account, guard) as client:
        response = client.delete(known.href)
    if response.status not in _WRITTEN | _GONE:
        raise Unreadable(problem_of(response.status))


@contextmanager
def _connected(account: Account, guard: Guard, budget: Budget | None = None) -> Iterator[Any]:
    """A client whose every request goes through the guard; its faults as ours.

    All its requests share one budget, which several clients of one reading may share again.
    """
    guard.check(account.address)
    client: Any = caldav.DAVClient(  # type: ignore[operator]
        url=account.address,
        username=account.user,
        password=account.password,
        enable_rfc6764=False,
        require_tls=False,  # the guard's business, which is stricter
        rate_limit_handle=False,
    )
    client.session.close()
    client.session = _Line(account, guard, budget or Budget(WHOLE))
    try:
        yield client
    except dav_error.AuthorizationError as error:
        raise Unreadable(Problem.NOT_ALLOWED) from error
    except dav_error.NotFoundError as error:
        raise Unreadable(Problem.NOT_FOUND) from error
    except dav_error.DAVError as error:
        raise Unreadable(Problem.STRANGE_ANSWER) from error
    except (ValueError, KeyError, AttributeError, TypeError, AssertionError, SyntaxError) as error:
        # What the library makes of answers that are no CalDAV at all.
        raise Unreadable(Problem.STRANGE_ANSWER) from error


class _Line:
    """Stands where the library expects its session."""

    def __init__(self, account: Account, guard: Guard, budget: Budget) -> None:
        self._account = account
        self._guard = guard
        self._budget = budget
        self._left = MOST_REQUESTS

    def request(
        self, method: str, url: str, *, data: Any = None, headers: Any = None, **_ours: Any
    ) -> "_Response":
        self._left -= 1
        if self._left < 0:
            raise Unreadable(Problem.TOO_MUCH_WORK)
        content = data.encode() if isinstance(data, str) else data
        sent = {str(name): str(value) for name, value in dict(headers or {}).items()}
        answer = self._call(method, url, sent, content or None, basic=True)
        if answer.status == 401 and "digest" in answer.headers.get("www-authenticate", "").lower():
            answer = self._call(method, url, sent, content or None, basic=False)
        return _Response(answer)

    def _call(
        self, method: str, url: str, headers: dict[str, str], content: bytes | None, *, basic: bool
    ) -> Answer:
        kind = httpx.BasicAuth if basic else httpx.DigestAuth
        trusted = _same_site(url, self._account.address)
        auth = kind(self._account.user, self._account.password) if trusted else None
        with Caller(self._guard, Limits(), self._budget) as caller:
            return caller.call(method, url, headers=headers, content=content, auth=auth)

    def close(self) -> None:
        """Every request has a line of its own."""


class _Response:
    """An answer in the shape that the library reads."""

    def __init__(self, answer: Answer) -> None:
        self.status_code = answer.status
        self.headers = httpx.Headers(answer.headers)
        self.content = answer.body
        self.url = answer.address
        self.reason = ""

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


def _same_site(one: str, other: str) -> bool:
    """Passwords go to the host they are for and its neighbours (`p42-caldav.icloud.com`)."""
    first, second = (urlsplit(each).hostname or "" for each in (one, other))
    if first == second:
        return True
    ends = [each.split(".")[-2:] for each in (first, second)]
    return ends[0] == ends[1] and len(ends[0]) == 2 and not ends[0][1].isdecimal()


def _name(calendar: Any) -> str:
    try:
        name = calendar.get_display_name()
    except dav_error.DAVError:
        name = ""
    return str(name or urlsplit(str(calendar.url)).path.rstrip("/").rpartition("/")[2])[:80]


def _holds_events(calendar: Any) -> bool:
    try:
        return "VEVENT" in calendar.get_supported_components()
    except (dav_error.DAVError, KeyError, AttributeError):
        return True


def _free_busy(calendar: Any, start: datetime, end: datetime) -> bytes | None:
    try:
        found = calendar.freebusy_request(start, end)
    except dav_error.AuthorizationError:
        raise
    except dav_error.DAVError:
        return None
    data = _bytes(found.data)
    return data if b"BEGIN:VFREEBUSY" in data else None


def _events(calendar: Any, start: datetime, end: datetime) -> list[bytes]:
    found = calendar.search(event=True, start=start, end=end, expand=False, post_filter=False)
    return [_bytes(each.data) for each in found]


def _bytes(data: Any) -> bytes:
    return data if isinstance(data, bytes) else str(data or "").encode()


def _put(client: Any, href: str, content: bytes, condition: dict[str, str]) -> Any:
    headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
    return client.put(href, content, headers)


def _match(headers: Any) -> dict[str, str]:
    etag = headers.get("etag", "")
    return {"If-Match": etag} if etag else {}


def _etag(client: Any, href: str) -> str:
    """Some servers do not say at once; without one the next revision looks first."""
    return str(client.request(href, "GET").headers.get("etag", ""))


def _file(uid: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in uid)
