"""Other calendars of a coach: read by a worker, kept when they fail, and never a word of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail

from coachops.outbox.engine import drain
from coachops.outbox.models import Message, MessageState
from coachops.outbox.registry import ClaimedMessage
from coachops.tenancy.scope import scope, system_scope
from scheduling.calendars.addresses import Guard
from scheduling.calendars.fetching import fetch
from scheduling.calendars.problems import Problem, Unreadable
from scheduling.models import BusyBlock, BusySource
from scheduling.services.busy_sources import (
    READ,
    NameTaken,
    TooManySources,
    add_source,
    change_source,
    next_time,
    read_soon,
    remove_source,
)
from scheduling.services.source_readings import prepare_reading
from scheduling.services.source_secrets import Secrets, secrets_of
from tests.scheduling.conftest import NOW, Desk
from tests.scheduling.ics import event, ics
from tests.scheduling.strange_server import Exchange, Strange, strange_server

PAGE = "/coach/harbour/calendars/"
FILE = ics(
    event("20261124T090000Z", "20261124T100000Z", "SUMMARY:Doctor"),
    event("20261125T090000Z", "20261125T100000Z", "SUMMARY:Clinic", uid="b"),
)
MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_loopback(settings: object) -> None:
    settings.CALENDARS_ON_LOOPBACK = True


class Calendar:
    """A calendar elsewhere, whose answer a test changes as it goes."""

    def __init__(self) -> None:
        self.body = FILE
        self.status = 200
        self.etag = ""

    def answer(self, request: Exchange) -> None:
        if self.etag and request.headers["If-None-Match"] == self.etag:
            request.answer(304, ETag=self.etag)
            return
        named = {"ETag": self.etag} if self.etag else {}
        request.answer(self.status, self.body, **named)


@pytest.fixture
def elsewhere() -> Calendar:
    return Calendar()


@pytest.fixture
def server(elsewhere: Calendar) -> Iterator[Strange]:
    with strange_server(elsewhere.answer) as running:
        yield running


def add(desk: Desk, address: str, **more: object) -> BusySource:
    with scope(desk.cast.bob.scope()):
        return add_source(
            coach=desk.cast.bob.membership,
            kind=BusySource.Kind.ICS,
            name=str(more.pop("name", "Home")),
            secrets=Secrets(address=address),
            now=NOW,
            **more,
        )


def state(desk: Desk, source: BusySource) -> BusySource:
    with scope(desk.cast.bob.scope()):
        return source.reload()


def blocks(desk: Desk) -> list[tuple[datetime, datetime]]:
    with scope(desk.cast.bob.scope()):
        rows = BusyBlock.objects.order_by("starts_at")
        return [(each.starts_at, each.ends_at) for each in rows]


@contextmanager
def later(monday: time_machine.Traveller, **how_much: float) -> Iterator[datetime]:
    monday.shift(timedelta(**how_much))
    now = datetime.now(UTC)
    yield now


# ---- reading ----------------------------------------------------------------------------------
def test_busy_times_are_kept_and_nothing_else(desk: Desk, server: Strange) -> None:
    source = add(desk, server.at())
    drain(now=NOW)
    hour = timedelta(hours=1)
    nine = MORNING + 9 * hour
    assert blocks(desk) == [(nine, nine + hour), (nine + 24 * hour, nine + 25 * hour)]
    source = state(desk, source)
    assert (source.state, source.last_read_at) == (BusySource.State.READ, NOW)
    with scope(desk.cast.bob.scope()):
        rows = [str(list(model.objects.values())) for model in (BusyBlock, BusySource)]
    assert not any(word in row for word in ("Doctor", "Clinic", server.at()) for row in rows)


def test_address_and_password_are_sealed_for_that_source_alone(desk: Desk, server: Strange) -> None:
    source, other = add(desk, server.at()), add(desk, server.at("/2"), name="Work")
    assert server.at().encode() not in bytes(source.sealed_address)
    assert secrets_of(source).address == server.at()
    other.sealed_address = source.sealed_address
    with pytest.raises(Exception, match="sealed with another key"):
        secrets_of(other)


def test_coach_is_busy_in_the_other_practice_too(desk: Desk, server: Strange) -> None:
    add(desk, server.at())
    drain(now=NOW)
    with scope(desk.cast.mallory.scope()):
        assert BusySource.objects.count() == 0
        assert BusyBlock.objects.count() == 0


def test_next_reading_is_planned_within_a_quarter_of_an_hour(desk: Desk, server: Strange) -> None:
    source = add(desk, server.at())
    drain(now=NOW)
    planned = state(desk, source).next_try_at
    assert timedelta(minutes=10) <= planned - NOW <= timedelta(minutes=15)
    with scope(desk.cast.bob.scope()):
        waiting = Message.objects.filter(subject_id=source.pk, state=MessageState.PENDING)
        assert [each.due_at for each in waiting] == [planned]


def test_a_day_of_readings_leaves_no_heap_of_rows(
    desk: Desk, server: Strange, monday: time_machine.Traveller
) -> None:
    source = add(desk, server.at())
    for _ in range(5):
        drain(now=datetime.now(UTC))
        monday.shift(timedelta(minutes=16))
    with scope(desk.cast.bob.scope()):
        assert Message.objects.filter(subject_id=source.pk).count() <= 2


def test_changed_calendar_replaces_what_was_read(
    desk: Desk, server: Strange, elsewhere: Calendar, monday: time_machine.Traveller
) -> None:
    add(desk, server.at())
    drain(now=NOW)
    elsewhere.body = ics(event("20261126T090000Z", "20261126T100000Z"))
    with later(monday, minutes=16) as now:
        drain(now=now)
    assert [start.day for start, _ in blocks(desk)] == [26]


def test_unchanged_calendar_is_asked_for_politely(
    desk: Desk, server: Strange, elsewhere: Calendar, monday: time_machine.Traveller
) -> None:
    elsewhere.etag = '"v1"'
    source = add(desk, server.at())
    drain(now=NOW)
    with later(monday, minutes=16) as now:
        drain(now=now)
    assert server.asked[1].headers["If-None-Match"] == '"v1"'
    assert len(blocks(desk)) == 2
    assert state(desk, source).last_read_at == now


def test_once_a_day_it_is_read_whole_because_the_window_moves_on(
    desk: Desk, server: Strange, elsewhere: Calendar, monday: time_machine.Traveller
) -> None:
    elsewhere.etag = '"v1"'
    add(desk, server.at())
    drain(now=NOW)
    with later(monday, days=1) as now:
        drain(now=now)
    assert server.asked[1].headers["If-None-Match"] is None


def test_coach_who_is_another_coachs_client_is_busy_while_being_coached(
    desk: Desk, server: Strange, elsewhere: Calendar
) -> None:
    given = desk.book().calendar_uid
    taken = f"{uuid4()}@{given.partition('@')[2]}"
    elsewhere.body = ics(
        event("20261124T090000Z", "20261124T100000Z", uid=given),
        event("20261125T090000Z", "20261125T100000Z", uid=taken),
    )
    add(desk, server.at())
    drain(now=NOW)
    assert [start.day for start, _ in blocks(desk)] == [25]


# ---- failing ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (500, b"", "server_error"),
        (401, b"", "not_allowed"),
        (404, b"", "not_found"),
        (200, b"<html>Sign in</html>", "web_page"),
        (200, b"", "empty"),
        (200, FILE[:-30], "cut_off"),
        (200, b"hello", "not_a_calendar"),
    ],
)
def test_failure_keeps_what_was_read_last_and_says_why(
    desk: Desk,
    server: Strange,
    elsewhere: Calendar,
    monday: time_machine.Traveller,
    visit: object,
    status: int,
    body: bytes,
    problem: str,
) -> None:
    source = add(desk, server.at())
    drain(now=NOW)
    elsewhere.status, elsewhere.body = status, body
    with later(monday, minutes=16) as now:
        drain(now=now)
    source = state(desk, source)
    assert (source.state, source.problem) == (BusySource.State.STALE, problem)
    assert len(blocks(desk)) == 2
    page = visit(desk.cast.bob).get(PAGE).content.decode()
    assert "Could not be read" in page
    assert "nothing became free by itself" in page


def test_server_that_went_away_keeps_what_was_read_last(
    desk: Desk, elsewhere: Calendar, monday: time_machine.Traveller
) -> None:
    with strange_server(elsewhere.answer) as server:
        source = add(desk, server.at())
        drain(now=NOW)
    with later(monday, minutes=16) as now:
        drain(now=now)
    assert state(desk, source).problem == "no_answer"
    assert len(blocks(desk)) == 2


def test_redirect_to_metadata_is_refused_and_nothing_is_asked_there(desk: Desk) -> None:
    target = "http://169.254.169.254/latest/meta-data/"
    with strange_server(lambda request: request.redirect(target)) as server:
        source = add(desk, server.at())
        drain(now=NOW)
        assert len(server.asked) == 1
    assert state(desk, source).problem == "private_address"


def test_longer_and_longer_pauses_up_to_six_hours() -> None:
    waits = [next_time(failures, NOW) - NOW for failures in range(12)]
    assert waits[0] <= timedelta(minutes=15)
    assert timedelta(minutes=80) <= waits[3] <= timedelta(minutes=120)
    assert set(waits[6:]) == {timedelta(hours=6)}


def test_after_two_weeks_nobody_tries_and_the_coach_hears(
    desk: Desk, server: Strange, elsewhere: Calendar, monday: time_machine.Traveller, visit: object
) -> None:
    source = add(desk, server.at(), name="Family")
    drain(now=NOW)
    elsewhere.status = 500
    with later(monday, days=13) as now:
        drain(now=now)
    assert state(desk, source).state == BusySource.State.STALE
    with later(monday, days=2) as now:
        drain(now=now)
        drain(now=now + timedelta(minutes=1))
    assert state(desk, source).state == BusySource.State.STOPPED
    assert len(blocks(desk)) == 2
    (told,) = mail.outbox
    assert told.to == ["bob@harbour.example"]
    assert "Family" in told.subject
    asked = len(server.asked)
    with later(monday, days=3) as now:
        drain(now=now)
    assert len(server.asked) == asked
    elsewhere.status = 200
    visit(desk.cast.bob).post(f"{PAGE}{source.pk}/read/")
    drain(now=datetime.now(UTC))
    assert state(desk, source).state == BusySource.State.READ


def test_more_than_a_day_without_a_reading_is_a_banner(
    desk: Desk, server: Strange, elsewhere: Calendar, monday: time_machine.Traveller, visit: object
) -> None:
    add(desk, server.at(), name="Family")
    drain(now=NOW)
    elsewhere.status = 500
    with later(monday, hours=25) as now:
        drain(now=now)
    page = visit(desk.cast.bob).get(PAGE).content.decode()
    assert "“Family” has not been read for more than a day" in page


def test_doubts_are_said(desk: Desk, server: Strange, elsewhere: Calendar, visit: object) -> None:
    elsewhere.body = ics(
        event("20261124T090000Z", "20261124T100000Z"),
        event("19700101T000000Z", "19700101T001000Z", "RRULE:FREQ=MINUTELY", uid="b"),
        event(";TZID=Nowhere:20261124T090000", ";TZID=Nowhere:20261124T100000", uid="c"),
    )
    source = add(desk, server.at())
    drain(now=NOW)
    source = state(desk, source)
    assert (source.state, source.unreadable_events, source.uncertain_zones) == ("read", 1, 1)
    page = visit(desk.cast.bob).get(PAGE).content.decode()
    assert "repeats more often than can be followed" in page
    assert "names a time zone that nobody knows" in page


# ---- looking after them -----------------------------------------------------------------------
def test_coach_adds_a_subscription_and_sees_it_read(
    desk: Desk, server: Strange, visit: object
) -> None:
    browser = visit(desk.cast.bob)
    sent = {"name": "Home", "address": server.at(), "counts_tentative": "on"}
    assert browser.post(f"{PAGE}subscription/", sent).status_code == 302
    assert "Being read" in browser.get(PAGE).content.decode()
    drain(now=NOW)
    page = browser.get(PAGE).content.decode()
    assert "Up to date" in page
    assert "2 busy times ahead" in page
    assert server.at() not in page


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://calendar.example/a.ics", "not protected"),
        ("https://ann:pass@calendar.example/a.ics", "Leave the user name"),
        ("https://calendar.example:8443/a.ics", "unusual port"),
        ("https://192.168.0.1/a.ics", "private network"),
        ("nonsense", "not an address"),
    ],
)
def test_wrong_address_is_refused_beside_the_field(
    desk: Desk, visit: object, settings: object, address: str, words: str
) -> None:
    settings.CALENDARS_ON_LOOPBACK = False
    sent = {"name": "Home", "address": address}
    answer = visit(desk.cast.bob).post(f"{PAGE}subscription/", sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert address in answer.content.decode()
    with scope(desk.cast.bob.scope()):
        assert BusySource.objects.count() == 0


def test_unprotected_subscription_is_the_coachs_own_word_and_says_so(
    desk: Desk, visit: object, settings: object
) -> None:
    settings.CALENDARS_ON_LOOPBACK = False
    browser = visit(desk.cast.bob)
    sent = {"name": "Club", "address": "http://calendar.example/a.ics", "allows_http": "on"}
    assert browser.post(f"{PAGE}subscription/", sent).status_code == 302
    assert "Without protection" in browser.get(PAGE).content.decode()
    inside = {"name": "Router", "address": "http://192.168.0.1/a.ics", "allows_http": "on"}
    assert "private network" in browser.post(f"{PAGE}subscription/", inside).content.decode()
    account = {**sent, "user": "bob", "password": "hush"}
    assert "not protected" in browser.post(f"{PAGE}account/", account).content.decode()


@pytest.mark.parametrize("allows_http", [True, False])
def test_unprotected_address_is_called_where_the_coach_allowed_it(allows_http: bool) -> None:
    guard = Guard(allows_http=allows_http, lookup=lambda _host, _port: ["10.0.0.1"])
    problem = Problem.PRIVATE_ADDRESS if allows_http else Problem.NOT_HTTPS
    with pytest.raises(Unreadable) as refused:
        fetch("http://calendar.example/a.ics", guard=guard)
    assert refused.value.problem == problem


def test_change_while_it_is_read_is_read_again(
    desk: Desk, server: Strange, elsewhere: Calendar
) -> None:
    """The coach counts free events too, while a worker is reading without them."""
    elsewhere.body = ics(event("20261124T090000Z", "20261124T100000Z", "TRANSP:TRANSPARENT"))
    elsewhere.etag = '"v1"'
    source = add(desk, server.at())
    with scope(system_scope(desk.cast.practice.pk)):
        read_now = prepare_reading(_claimed(source))
    with scope(desk.cast.bob.scope()):
        source = source.reload()
        change_source(source=source, name="Home", counts_free=True, counts_tentative=True, now=NOW)
    read_now()
    assert state(desk, source).state == BusySource.State.NEW
    drain(now=NOW)
    assert len(blocks(desk)) == 1


def _claimed(source: BusySource) -> ClaimedMessage:
    return ClaimedMessage(
        id=uuid4(),
        practice_id=source.practice_id,
        claim=uuid4(),
        kind=READ,
        key=f"calendar:{source.pk}",
        subject_id=source.pk,
        recipient="",
        payload={},
        body="",
        due_at=NOW,
        not_after=None,
        attempts=1,
        unsure=0,
        is_too_late=False,
    )


def test_switch_for_free_events_reads_anew(
    desk: Desk, server: Strange, elsewhere: Calendar
) -> None:
    elsewhere.body = ics(event("20261124T090000Z", "20261124T100000Z", "TRANSP:TRANSPARENT"))
    source = add(desk, server.at())
    drain(now=NOW)
    assert blocks(desk) == []
    with scope(desk.cast.bob.scope()):
        change_source(
            source=source.reload(), name="Home", counts_free=True, counts_tentative=True, now=NOW
        )
    drain(now=NOW)
    assert len(blocks(desk)) == 1


def test_removing_takes_everything_along(desk: Desk, server: Strange) -> None:
    source = add(desk, server.at())
    drain(now=NOW)
    with scope(desk.cast.bob.scope()):
        remove_source(source=source, now=NOW)
        assert BusySource.objects.count() == 0
    assert blocks(desk) == []
    asked = len(server.asked)
    drain(now=NOW + timedelta(hours=1))
    assert len(server.asked) == asked


def test_names_are_told_apart_and_ten_are_enough(desk: Desk) -> None:
    for number in range(10):
        add(desk, f"https://calendar.example/{number}", name=f"Calendar {number}")
    with pytest.raises(TooManySources):
        add(desk, "https://calendar.example/11", name="One more")
    with scope(desk.cast.bob.scope()):
        BusySource.objects.filter(name="Calendar 9").delete()
    with pytest.raises(NameTaken):
        add(desk, "https://calendar.example/12", name="Calendar 0")


def test_two_wishes_to_read_are_one_reading(desk: Desk, server: Strange) -> None:
    source = add(desk, server.at())
    with scope(desk.cast.bob.scope()):
        read_soon(source=source, now=NOW)
        read_soon(source=source, now=NOW)
    drain(now=NOW)
    assert len(server.asked) == 1


def test_a_coach_has_it_read_at_most_once_a_minute(
    desk: Desk, server: Strange, monday: time_machine.Traveller, visit: object
) -> None:
    source = add(desk, server.at())
    drain(now=NOW)
    browser = visit(desk.cast.bob)
    address = f"{PAGE}{source.pk}/read/"
    page = browser.post(address, follow=True).content.decode()
    assert "at most once a minute" in page
    with later(monday, seconds=61) as now:
        for _ in range(3):
            browser.post(address)
        drain(now=now)
        browser.post(address)
        drain(now=now)
    assert len(server.asked) == 2


@pytest.mark.parametrize("name", ["olga", "alice", "vera"])
def test_nobody_else_in_the_practice_touches_a_coachs_calendar(
    desk: Desk, visit: object, name: str
) -> None:
    source = add(desk, "https://calendar.example/a.ics")
    browser = visit(getattr(desk.cast, name))
    assert "calendar.example" not in browser.get(PAGE).content.decode()
    for path in ("", "choose/", "read/", "remove/"):
        assert browser.post(f"{PAGE}{source.pk}/{path}").status_code == 404


def test_reading_by_loopback_is_refused_where_people_work(settings: object) -> None:
    from scheduling.checks import calendars_stay_off_this_machine  # noqa: PLC0415

    assert [each.id for each in calendars_stay_off_this_machine(None)] == ["scheduling.E001"]
    settings.CALENDARS_ON_LOOPBACK = False
    assert calendars_stay_off_this_machine(None) == []
