"""Google and Microsoft, against replies as they give them, from a server on this machine."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
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
        name = self._name(urlsplit(request.path).path, request)
        status, found = self.instead.get(name) or (200, self._recorded(name, request))
        body = json.dumps(found).encode()
        request.answer(status, body, Content_Type="application/json")

    @staticmethod
    def _name(path: str, request: Exchange) -> str:
        known = {"/token": "token", "freeBusy": "google_busy", "calendarList": "google_calendars"}
        for part, name in known.items():
            if path.endswith(part):
                return name
        if path.endswith("/me/calendars"):
            return "microsoft_calendars"
        if "/me/calendars/" in path:
            return "microsoft_family"
        return "microsoft_page_2" if "skip" in request.path else "microsoft_page_1"

    def _recorded(self, name: str, request: Exchange) -> dict:
        text = (REPLIES / f"{name}.json").read_text()
        if name == "google_busy" and "2026-11-14" not in json.loads(request.body)["timeMin"]:
            wanted = json.loads(request.body)["items"]
            return {"calendars": {each["id"]: {"busy": []} for each in wanted}}
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
    main, *others = secrets_of(found).calendars
    assert (main.address, main.reads) == ("primary", True)
    assert not any(each.reads for each in others)
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
    ("reply", "problem"),
    [
        ({"primary": {"errors": [{"reason": "notFound"}], "busy": []}}, "calendar_gone"),
        ({"primary": {"errors": [{"reason": "internalError"}]}}, "strange_answer"),
        ({}, "strange_answer"),
        ({"primary": {"busy": [{"start": "yesterday", "end": "today"}]}}, "strange_answer"),
    ],
)
def test_reply_that_makes_no_sense_is_no_free_time(
    desk: Desk, visit: Callable, server: Strange, provider: Provider, reply: dict, problem: str
) -> None:
    provider.instead["google_busy"] = (200, {"calendars": reply})
    connect(visit(desk.cast.bob), "google")
    drain(now=NOW)
    assert (source(desk).state, source(desk).problem) == ("stale", problem)


# ---- which calendars count ---------------------------------------------------------------------


def test_coach_is_led_to_the_choice_which_fills_itself(
    desk: Desk, visit: Callable, server: Strange
) -> None:
    browser = visit(desk.cast.bob)
    choice = connect(browser, "google")["Location"]
    assert "Your calendars are being read" in browser.get(choice).content.decode()
    drain(now=NOW)
    page = " ".join(browser.get(choice).content.decode().split())
    assert re.findall(r'value="(\d)"[^>]*checked', page) == ["0"]
    for name in ("Bob", "Family", "Holidays in Germany"):
        assert name in page
    assert browser.post(choice, {}).status_code == 422


@pytest.mark.parametrize("name", ["google", "microsoft"])
def test_chosen_calendars_are_read_by_a_worker(
    desk: Desk, visit: Callable, server: Strange, provider: Provider, name: str
) -> None:
    family = {"busy": [{"start": "2026-11-30T09:00:00Z", "end": "2026-11-30T10:00:00Z"}]}
    gone = {"busy": []}
    provider.instead["microsoft_family"] = (200, {"value": [graph_event("2026-11-30T09:00:00")]})
    browser = visit(desk.cast.bob)
    choice = connect(browser, name)["Location"]
    drain(now=NOW)
    provider.instead["google_busy"] = (
        200,
        {"calendars": {"family06042025@group.calendar.google.com": family, "primary": gone}},
    )
    asked = len(server.asked)
    assert browser.post(choice, {"reads": ["1"]}).status_code == 302
    assert len(server.asked) == asked
    assert "Being read" in browser.get(PAGE).content.decode()
    drain(now=NOW)
    assert set(busy(desk)) == {"11-30 09:00–10:00"}
    assert "Up to date" in browser.get(PAGE).content.decode()


def test_calendar_that_went_away_frees_nothing_and_new_ones_wait_to_be_chosen(
    desk: Desk, visit: Callable, server: Strange, provider: Provider, monday: object
) -> None:
    browser = visit(desk.cast.bob)
    choice = connect(browser, "microsoft")["Location"]
    drain(now=NOW)
    provider.instead["microsoft_family"] = (200, {"value": [graph_event("2026-11-30T09:00:00")]})
    browser.post(choice, {"reads": ["0", "1"]})
    drain(now=NOW)
    provider.instead["microsoft_family"] = (404, {})
    clubs = {"value": [{"id": "main", "isDefaultCalendar": True}, {"id": "club", "name": "Club"}]}
    provider.instead["microsoft_calendars"] = (200, clubs)
    monday.shift(timedelta(days=1))
    drain(now=NOW + timedelta(days=1))
    assert source(desk).problem == "calendar_gone"
    assert "11-30 09:00–10:00" in busy(desk)
    assert "no longer there" in visit(desk.cast.bob).get(PAGE).content.decode()


def test_consent_for_the_main_calendar_alone_goes_on_as_before(
    desk: Desk, visit: Callable, server: Strange, provider: Provider
) -> None:
    provider.instead["google_calendars"] = (403, {"error": {"code": 403}})
    browser = visit(desk.cast.bob)
    choice = connect(browser, "google")["Location"]
    drain(now=NOW)
    assert len(busy(desk)) == 2
    assert "Your main calendar counts" in browser.get(choice).content.decode()


def test_all_calls_of_a_reading_share_what_one_may_bring(
    desk: Desk, visit: Callable, server: Strange, provider: Provider
) -> None:
    """Two pages of three megabytes each, where five are the most in all."""
    page = {"value": [], "padding": "x" * 3_000_000}
    more = f"{server.at('/v1.0/me/calendarView')}?$skip=500"
    provider.instead["microsoft_page_1"] = (200, {**page, "@odata.nextLink": more})
    provider.instead["microsoft_page_2"] = (200, page)
    connect(visit(desk.cast.bob), "microsoft")
    drain(now=NOW)
    assert source(desk).problem == "too_large"


def graph_event(start: str) -> dict:
    day, _t, clock = start.partition("T")
    end = f"{day}T{int(clock[:2]) + 1:02}{clock[2:]}"
    return {
        "start": {"dateTime": f"{start}.0000000", "timeZone": "UTC"},
        "end": {"dateTime": f"{end}.0000000", "timeZone": "UTC"},
    }


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
