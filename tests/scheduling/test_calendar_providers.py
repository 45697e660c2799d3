"""Google and Microsoft, against replies as they give them, from a server on this machine."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from coachops.outbox.engine import drain
from coachops.tenancy.scope import scope
from scheduling.models import BusyBlock, BusySource
from scheduling.services.busy_sources import read_soon
from scheduling.services.source_secrets import secrets_of
from tests.scheduling.conftest import NOW, Desk
from tests.scheduling.strange_server import Exchange, Strange, strange_server

REPLIES = Path(__file__).parent / "replies"
PAGE = "/coach/harbour/calendars/"


class Provider:
    """Answers with what was recorded; a test may put other answers in its place."""

    def __init__(self) -> None:
        self.instead: dict[str, tuple[int, dict]] = {}

    def answer(self, request: Exchange) -> None:
        path = urlsplit(request.path).path
        if "token" in path:
            name = "token"
        elif "freeBusy" in path:
            name = "google_busy"
        else:
            name = "microsoft_page_2" if "skip" in request.path else "microsoft_page_1"
        status, found = self.instead.get(name) or (200, self._recorded(name, request))
        body = json.dumps(found).encode()
        request.answer(status, body, Content_Type="application/json")

    def _recorded(self, name: str, request: Exchange) -> dict:
        text = (REPLIES / f"{name}.json").read_text()
        if name == "google_busy" and "2026-11-14" not in json.loads(request.body)["timeMin"]:
            return {"calendars": {"primary": {"busy": []}}}
        return json.loads(text.replace("https://graph.microsoft.com", self._base(request)))

    @staticmethod
    def _base(request: Exchange) -> str:
        return f"http://{request.headers['Host']}"


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def server(provider: Provider, settings: object) -> Iterator[Strange]:
    with strange_server(provider.answer) as running:
        known = {"client_id": "us", "client_secret": "hush", "base": running.at("")}
        settings.CALENDARS_ON_LOOPBACK = True
        settings.CALENDAR_PROVIDERS = {"google": known, "microsoft": known}
        yield running


def connect(browser: object, name: str) -> object:
    """There, and back again with a code."""
    sent = browser.post(f"{PAGE}connect/{name}/")
    assert sent.status_code == 303
    asked = parse_qs(urlsplit(sent["Location"]).query)
    assert asked["redirect_uri"][0].endswith(f"/calendars/connected/{name}/")
    back = browser.get(
        f"/calendars/connected/{name}/", {"state": asked["state"][0], "code": "4/0Adeu5B"}
    )
    page = back.content.decode()
    nonce = page.partition('name="nonce" value="')[2].partition('"')[0]
    return browser.post(f"{PAGE}connect/{name}/finish/", {"code": "4/0Adeu5B", "nonce": nonce})


def busy(desk: Desk) -> list[str]:
    with scope(desk.cast.bob.scope()):
        rows = BusyBlock.objects.order_by("starts_at")
        return [f"{each.starts_at:%m-%d %H:%M}–{each.ends_at:%H:%M}" for each in rows]


def source(desk: Desk) -> BusySource:
    with scope(desk.cast.bob.scope()):
        return BusySource.objects.get()


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("google", ["11-24 09:00–10:30", "11-26 13:00–14:00"]),
        ("microsoft", ["11-24 09:00–10:00", "11-25 08:00–09:00", "11-27 12:00–13:00"]),
    ],
)
def test_busy_times_come_with_the_coachs_consent(
    desk: Desk, visit: Callable, server: Strange, name: str, times: list[str]
) -> None:
    browser = visit(desk.cast.bob)
    assert connect(browser, name).status_code == 302
    drain(now=NOW)
    assert busy(desk) == times
    found = source(desk)
    assert found.state == BusySource.State.READ
    assert secrets_of(found).code == ""
    assert secrets_of(found).token == "1//0gRefresh"
    assert b"1//0gRefresh" not in bytes(found.sealed_secret)
    assert "Up to date" in browser.get(PAGE).content.decode()


def test_withdrawn_consent_keeps_the_busy_times_and_asks_to_connect_again(
    desk: Desk, visit: Callable, server: Strange, provider: Provider
) -> None:
    browser = visit(desk.cast.bob)
    connect(browser, "google")
    drain(now=NOW)
    provider.instead["token"] = (400, {"error": "invalid_grant"})
    with scope(desk.cast.bob.scope()):
        read_soon(source=source(desk), now=NOW)
    drain(now=NOW)
    assert len(busy(desk)) == 2
    assert "connect it again" in browser.get(PAGE).content.decode()


def test_first_reading_that_fails_keeps_the_consent(
    desk: Desk, visit: Callable, server: Strange, provider: Provider
) -> None:
    """A code is good for one token, so what it brought is not thrown away."""
    provider.instead["google_busy"] = (500, {})
    connect(visit(desk.cast.bob), "google")
    drain(now=NOW)
    found = source(desk)
    assert (found.state, found.problem) == (BusySource.State.STALE, "server_error")
    assert (secrets_of(found).code, secrets_of(found).token) == ("", "1//0gRefresh")
    provider.instead.clear()
    with scope(desk.cast.bob.scope()):
        read_soon(source=found, now=NOW)
    drain(now=NOW)
    assert source(desk).state == BusySource.State.READ


@pytest.mark.parametrize(
    "reply",
    [
        {"calendars": {"primary": {"errors": [{"reason": "notFound"}], "busy": []}}},
        {"calendars": {}},
        {"calendars": {"primary": {"busy": [{"start": "yesterday", "end": "today"}]}}},
    ],
)
def test_reply_that_makes_no_sense_is_no_free_time(
    desk: Desk, visit: Callable, server: Strange, provider: Provider, reply: dict
) -> None:
    provider.instead["google_busy"] = (200, reply)
    connect(visit(desk.cast.bob), "google")
    drain(now=NOW)
    assert (source(desk).state, source(desk).problem) == ("stale", "strange_answer")


def test_code_of_somebody_else_connects_nothing(
    desk: Desk, visit: Callable, server: Strange
) -> None:
    browser = visit(desk.cast.bob)
    sent = {"code": "4/evil", "nonce": "guessed"}
    browser.post(f"{PAGE}connect/google/finish/", sent)
    browser.post(f"{PAGE}connect/google/")
    browser.post(f"{PAGE}connect/google/finish/", sent)
    assert browser.get("/calendars/connected/google/?state=forged&code=x").status_code == 404
    with scope(desk.cast.bob.scope()):
        assert BusySource.objects.count() == 0


def test_providers_are_not_shown_where_the_installation_has_none(
    desk: Desk, visit: Callable
) -> None:
    browser = visit(desk.cast.bob)
    assert "Connect Google" not in browser.get(PAGE).content.decode()
    assert browser.post(f"{PAGE}connect/google/").status_code == 404
