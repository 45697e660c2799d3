"""Free and busy times from Google and Microsoft, with the coach's consent (OAuth 2.0, RFC 6749).

The names of the coach's calendars are asked for, to choose from, and busy times: titles of events
never travel. All calls of one reading share one budget of time and bytes. Addresses are the
providers' own; a test puts its own server in their place.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Self
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from scheduling.calendars.addresses import Guard
from scheduling.calendars.fetching import Answer, Budget, Caller, Limits, problem_of
from scheduling.calendars.intervals import Span
from scheduling.calendars.problems import Problem, Unreadable

MOST_PAGES: Final = 20
MOST_CALENDARS: Final = 50
"""As many as Google answers about in one question."""
MAIN: Final = "primary"
"""The calendar that everybody has, for whom no list is known."""
_FREE: Final = frozenset({"free", "workingElsewhere"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Where one of them answers, and what is asked of the person."""

    name: str
    label: str
    authorise: str
    token: str
    calendars: str
    busy: str
    scopes: str
    extra: tuple[tuple[str, str], ...] = ()

    def at(self, base: str) -> Self:
        """The same on another server; for tests."""
        moved = {
            name: urlunsplit((*urlsplit(base)[:2], *urlsplit(getattr(self, name))[2:]))
            for name in ("authorise", "token", "calendars", "busy")
        }
        return replace(self, **moved)


GOOGLE: Final = Provider(
    name="google",
    label="Google Calendar",
    authorise="https://accounts.google.com/o/oauth2/v2/auth",
    token="https://oauth2.googleapis.com/token",  # noqa: S106 -- an address
    calendars="https://www.googleapis.com/calendar/v3/users/me/calendarList",
    busy="https://www.googleapis.com/calendar/v3/freeBusy",
    scopes=(
        "https://www.googleapis.com/auth/calendar.freebusy"
        " https://www.googleapis.com/auth/calendar.calendarlist.readonly"
    ),
    # Without these Google gives no refresh token to somebody who agreed before.
    extra=(("access_type", "offline"), ("prompt", "consent")),
)
MICROSOFT: Final = Provider(
    name="microsoft",
    label="Microsoft 365",
    authorise="https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
    token="https://login.microsoftonline.com/common/oauth2/v2.0/token",  # noqa: S106 -- an address
    calendars="https://graph.microsoft.com/v1.0/me/calendars",
    busy="https://graph.microsoft.com/v1.0/me/calendarView",
    scopes="offline_access https://graph.microsoft.com/Calendars.ReadBasic",
)
PROVIDERS: Final = {each.name: each for each in (GOOGLE, MICROSOFT)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCalendar:
    """One of the person's calendars there; `is_main` is the one that everybody has."""

    key: str
    name: str
    is_main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A provider together with who we are there. All calls share the budget, where one is given."""

    provider: Provider
    client_id: str
    client_secret: str
    guard: Guard
    budget: Budget | None = None

    def consent_address(self, *, back_to: str, state: str) -> str:
        """Where the person is asked."""
        asked = {
            "client_id": self.client_id,
            "redirect_uri": back_to,
            "response_type": "code",
            "scope": self.provider.scopes,
            "state": state,
            **dict(self.provider.extra),
        }
        return f"{self.provider.authorise}?{urlencode(asked)}"

    def exchange(self, code: str, *, back_to: str) -> str:
        """The refresh token for a code that the person brought back. Raises Unreadable."""
        answer = self._token(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": back_to}
        )
        refresh = str(answer.get("refresh_token", ""))
        if not refresh:
            raise Unreadable(Problem.CONSENT_ENDED)
        return refresh

    def renew(self, refresh_token: str) -> tuple[str, str]:
        """A token to read with now, and the refresh token to use next time.

        Raises Unreadable; with CONSENT_ENDED when the person has to be asked again.
        """
        answer = self._token({"grant_type": "refresh_token", "refresh_token": refresh_token})
        access = str(answer.get("access_token", ""))
        if not access:
            raise Unreadable(Problem.CONSENT_ENDED)
        return access, str(answer.get("refresh_token", "")) or refresh_token

    def list_calendars(self, access: str) -> list[OwnCalendar]:
        """What can be chosen from, the main one first. Raises Unreadable.

        With NOT_ALLOWED where the person agreed to less, before this was asked.
        """
        if self.provider.name == GOOGLE.name:
            asked = {"fields": "items(id,summary,summaryOverride,primary)", "maxResults": "250"}
            address = f"{self.provider.calendars}?{urlencode(asked)}"
            found = self._ask("GET", address, access)["items"]
            calendars = [_of_google(each) for each in found]
        else:
            asked = {"$select": "id,name,isDefaultCalendar", "$top": "100"}
            address = f"{self.provider.calendars}?{urlencode(asked)}"
            found = self._ask("GET", address, access)["value"]
            calendars = [_of_microsoft(each) for each in found]
        return sorted(calendars, key=lambda each: not each.is_main)[:MOST_CALENDARS]

    def busy(
        self,
        access: str,
        window: tuple[int, int],
        *,
        counts_tentative: bool,
        calendars: Sequence[str] = (MAIN,),
    ) -> list[Span]:
        """Busy times of these calendars together. Raises Unreadable."""
        if not calendars:
            return []
        if self.provider.name == GOOGLE.name:
            return self._google(access, window, calendars)
        return [
            span
            for calendar in calendars
            for span in self._microsoft(access, window, calendar, counts_tentative=counts_tentative)
        ]

    def _google(self, access: str, window: tuple[int, int], calendars: Sequence[str]) -> list[Span]:
        """At most two months at a time, which is what Google answers."""
        spans: list[Span] = []
        wanted = [{"id": each} for each in calendars]
        for start, end in _stretches(window, days=60):
            asked = {"timeMin": _iso(start), "timeMax": _iso(end), "items": wanted}
            found = self._ask("POST", self.provider.busy, access, asked).get("calendars", {})
            for each in calendars:
                busy = _busy_of_google(found.get(each, {}))
                spans += [(_seconds(one["start"]), _seconds(one["end"])) for one in busy]
        return spans

    def _microsoft(
        self, access: str, window: tuple[int, int], calendar: str, *, counts_tentative: bool
    ) -> Iterator[Span]:
        """Series come expanded; pages until there are none, or the whole is refused."""
        start, end = window
        asked = {
            "startDateTime": _iso(start),
            "endDateTime": _iso(end),
            "$select": "start,end,showAs,isCancelled",
            "$top": "500",
        }
        address = self.provider.busy
        if calendar != MAIN:
            address = f"{self.provider.calendars}/{quote(calendar, safe='')}/calendarView"
        page = f"{address}?{urlencode(asked)}"
        for _number in range(MOST_PAGES):
            found = self._ask("GET", page, access)
            for event in found["value"]:
                shown = event.get("showAs", "busy")
                is_free = shown in _FREE or (shown == "tentative" and not counts_tentative)
                if not is_free and not event.get("isCancelled"):
                    yield _graph(event["start"]), _graph(event["end"])
            page = str(found.get("@odata.nextLink", ""))
            if not page:
                return
            if urlsplit(page).hostname != urlsplit(self.provider.busy).hostname:
                raise Unreadable(Problem.STRANGE_ANSWER)
        raise Unreadable(Problem.TOO_MANY_EVENTS)

    def _token(self, asked: Mapping[str, str]) -> dict[str, Any]:
        known = {"client_id": self.client_id, "client_secret": self.client_secret}
        answer = self._call(
            "POST",
            self.provider.token,
            {"Content-Type": "application/x-www-form-urlencoded"},
            urlencode({**asked, **known}).encode(),
        )
        if answer.status in {400, 401}:
            raise Unreadable(Problem.CONSENT_ENDED)
        return _json(answer)

    def _ask(
        self, method: str, address: str, access: str, asked: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {access}", "Prefer": 'outlook.timezone="UTC"'}
        if asked is not None:
            headers["Content-Type"] = "application/json"
        content = json.dumps(asked).encode() if asked is not None else None
        return _json(self._call(method, address, headers, content))

    def _call(
        self, method: str, address: str, headers: dict[str, str], content: bytes | None
    ) -> Answer:
        with Caller(self.guard, Limits(), self.budget) as caller:
            return caller.call(
                method, address, headers=headers, content=content, follows_redirects=False
            )


def _of_google(found: Mapping[str, Any]) -> OwnCalendar:
    name = str(found.get("summaryOverride") or found.get("summary") or found["id"])
    is_main = bool(found.get("primary"))
    return OwnCalendar(key=MAIN if is_main else str(found["id"]), name=name[:80], is_main=is_main)


def _of_microsoft(found: Mapping[str, Any]) -> OwnCalendar:
    is_main = bool(found.get("isDefaultCalendar"))
    key = MAIN if is_main else str(found["id"])
    return OwnCalendar(key=key, name=str(found.get("name") or key)[:80], is_main=is_main)


def _busy_of_google(found: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """Whoever cannot be told about is not free: the whole answer is refused."""
    if any(each.get("reason") == "notFound" for each in found.get("errors", ())):
        raise Unreadable(Problem.CALENDAR_GONE)
    if found.get("errors") or "busy" not in found:
        raise Unreadable(Problem.STRANGE_ANSWER)
    busy: list[Mapping[str, str]] = found["busy"]
    return busy


def _json(answer: Answer) -> dict[str, Any]:
    if answer.status != 200:
        raise Unreadable(problem_of(answer.status))
    try:
        found = json.loads(answer.body)
    except ValueError as error:
        raise Unreadable(Problem.STRANGE_ANSWER) from error
    if not isinstance(found, dict):
        raise Unreadable(Problem.STRANGE_ANSWER)
    return found


def _stretches(window: tuple[int, int], *, days: int) -> list[Span]:
    start, end = window
    length = days * 86_400
    return [(each, min(each + length, end)) for each in range(start, end, length)]


def _iso(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def _graph(moment: Mapping[str, str]) -> int:
    """`2027-06-01T08:00:00.0000000` with its zone beside it, which we asked to be UTC."""
    if moment.get("timeZone", "UTC") not in {"UTC", "Etc/UTC", "Etc/GMT"}:
        raise Unreadable(Problem.STRANGE_ANSWER)
    return int(datetime.fromisoformat(moment["dateTime"][:19]).replace(tzinfo=UTC).timestamp())
