"""Calendars on a CalDAV server: read, written into, and fetched from a real Radicale."""

import gzip
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from coachops.outbox.engine import drain
from coachops.tenancy.scope import scope
from scheduling.calendars import dav
from scheduling.calendars.addresses import Guard
from scheduling.calendars.fetching import Budget, Limits
from scheduling.calendars.problems import Problem, Unreadable
from scheduling.models import BusyBlock, BusySource, CalendarCopy
from scheduling.policies import CancelledBy
from scheduling.services.busy_sources import add_source, choose_calendars, read_soon
from scheduling.services.changes import cancel_session, move_session
from scheduling.services.source_secrets import Secrets, secrets_of
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.groups_world import build_circle
from tests.scheduling.ics import event, ics
from tests.scheduling.radicale_server import PASSWORD, USER, Radicale, radicale_server
from tests.scheduling.strange_server import Exchange, strange_server

STAMP = "DTSTAMP:20260101T000000Z"
DOCTOR = ics(event("20261124T130000Z", "20261124T140000Z", "RRULE:FREQ=WEEKLY;COUNT=2", STAMP))
FREE = ics(event("20261125T130000Z", "20261125T140000Z", "TRANSP:TRANSPARENT", STAMP, uid="b"))
PARTY = ics(event("20261126T180000Z", "20261126T220000Z", STAMP, uid="c"))
HOUR = timedelta(hours=1)
LOOPBACK = Guard(allows_loopback=True)


@pytest.fixture(autouse=True)
def _on_loopback(settings: object) -> None:
    settings.CALENDARS_ON_LOOPBACK = True


@pytest.fixture
def radicale(tmp_path: Path) -> Iterator[Radicale]:
    with radicale_server(tmp_path) as running:
        yield running


def connect(desk: Desk, radicale: Radicale, password: str = PASSWORD) -> BusySource:
    with scope(desk.cast.bob.scope()):
        return add_source(
            coach=desk.cast.bob.membership,
            kind=BusySource.Kind.CALDAV,
            name="Account",
            secrets=Secrets(address=radicale.address, user=USER, password=password),
            now=NOW,
        )


def busy_days(desk: Desk) -> list[int]:
    with scope(desk.cast.bob.scope()):
        starts = BusyBlock.objects.order_by("starts_at").values_list("starts_at", flat=True)
        return [each.day for each in starts]


def reload(desk: Desk, source: BusySource) -> BusySource:
    with scope(desk.cast.bob.scope()):
        return source.reload()


def choose(desk: Desk, source: BusySource, *, reads: list[str], writes: str = "") -> None:
    with scope(desk.cast.bob.scope()):
        choose_calendars(source=source.reload(), reads=reads, writes=writes, now=NOW)
    drain(now=NOW)


def test_all_calendars_are_read_until_the_coach_chooses(
    desk: Desk, radicale: Radicale, visit: object
) -> None:
    work, home = radicale.make("Work", DOCTOR, FREE), radicale.make("Home", PARTY)
    source = connect(desk, radicale)
    drain(now=NOW)
    assert busy_days(desk) == [24, 26, 1]
    browser = visit(desk.cast.bob)
    page = browser.get(f"/coach/harbour/calendars/{source.pk}/choose/").content.decode()
    assert "Work" in page
    assert "Home" in page
    names = [each.address for each in secrets_of(reload(desk, source)).calendars]
    assert sorted(names) == sorted([work, home])
    sent = {"reads": [str(names.index(home))], "writes": ""}
    assert browser.post(f"/coach/harbour/calendars/{source.pk}/choose/", sent).status_code == 302
    drain(now=NOW)
    assert busy_days(desk) == [26]


def test_wrong_password_is_said_and_keeps_nothing_free(desk: Desk, radicale: Radicale) -> None:
    radicale.make("Work", DOCTOR)
    source = connect(desk, radicale, password="wrong")
    drain(now=NOW)
    source = reload(desk, source)
    assert (source.state, source.problem) == (BusySource.State.STALE, "not_allowed")


def test_account_without_calendars_says_so(desk: Desk, radicale: Radicale) -> None:
    source = connect(desk, radicale)
    drain(now=NOW)
    assert reload(desk, source).problem == "no_calendars"


def test_session_appears_moves_along_and_disappears(desk: Desk, radicale: Radicale) -> None:
    work = radicale.make("Work", DOCTOR)
    source = connect(desk, radicale)
    drain(now=NOW)
    session = desk.book()
    choose(desk, source, reads=[work], writes=work)
    drain(now=NOW)
    (written,) = [each for each in radicale.texts(work) if session.calendar_uid in each]
    assert "DTSTART:20261124T090000Z" in written
    assert "SEQUENCE:0" in written
    assert "ATTENDEE" not in written
    assert "ORGANIZER" not in written
    with scope(desk.cast.bob.scope()):
        move_session(session=session, starts_at=TUESDAY_TEN + 5 * HOUR, now=NOW, by_coach=True)
    drain(now=NOW)
    (written,) = [each for each in radicale.texts(work) if session.calendar_uid in each]
    assert "DTSTART:20261124T140000Z" in written
    assert "SEQUENCE:1" in written
    with scope(desk.cast.bob.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=NOW)
    drain(now=NOW)
    assert not any(session.calendar_uid in each for each in radicale.texts(work))
    with scope(desk.cast.bob.scope()):
        assert CalendarCopy.objects.count() == 0


def test_own_sessions_do_not_make_the_coach_busy(desk: Desk, radicale: Radicale) -> None:
    work = radicale.make("Work", DOCTOR)
    source = connect(desk, radicale)
    desk.book()
    drain(now=NOW)
    choose(desk, source, reads=[work], writes=work)
    with scope(desk.cast.bob.scope()):
        read_soon(source=source.reload(), now=NOW)
    drain(now=NOW)
    assert len(radicale.texts(work)) == 2
    assert busy_days(desk) == [24, 1]
    with scope(desk.cast.bob.scope()):
        first = BusyBlock.objects.order_by("starts_at").first()
    assert first.starts_at.hour == 13


@pytest.mark.parametrize("meanwhile", ["changed", "removed"])
def test_what_somebody_did_to_the_copy_is_written_over(
    desk: Desk, radicale: Radicale, meanwhile: str
) -> None:
    work = radicale.make("Work")
    source = connect(desk, radicale)
    session = desk.book()
    drain(now=NOW)
    choose(desk, source, reads=[work], writes=work)
    drain(now=NOW)
    with radicale.client() as client:
        (copy,) = client.calendar(url=work).events()
        if meanwhile == "removed":
            copy.delete()
        else:
            copy.data = copy.data.replace("SUMMARY:", "SUMMARY:Mine ")
            copy.save()
    with scope(desk.cast.bob.scope()):
        move_session(session=session, starts_at=TUESDAY_TEN + 5 * HOUR, now=NOW, by_coach=True)
    drain(now=NOW)
    (written,) = radicale.texts(work)
    assert "DTSTART:20261124T140000Z" in written


def test_series_of_hostile_rules_costs_itself_alone(desk: Desk, radicale: Radicale) -> None:
    """Where events are fetched, they are read under the same limits as a subscription."""
    trap = ics(
        event("20261124T060000Z", "20261124T061000Z", "RRULE:FREQ=HOURLY;COUNT=3", STAMP, uid="t")
    )
    work = radicale.make("Work", PARTY, trap)
    source = connect(desk, radicale)
    drain(now=NOW)
    choose(desk, source, reads=[work], writes=work)
    source = reload(desk, source)
    assert (source.state, source.unreadable_events) == (BusySource.State.READ, 1)
    assert 26 in busy_days(desk)


def test_group_appears_at_once(desk: Desk, radicale: Radicale) -> None:
    work = radicale.make("Work", DOCTOR)
    source = connect(desk, radicale)
    drain(now=NOW)
    choose(desk, source, reads=[work], writes=work)
    circle = build_circle(desk.cast)
    session = circle.schedule(*circle.crowd[:2], topic="Listening")
    drain(now=NOW)
    (written,) = [each for each in radicale.texts(work) if session.calendar_uid in each]
    assert "SUMMARY:Listening" in written
    assert "Secretname" not in written


def test_calendar_that_refuses_is_tried_with_one_session_a_day(
    desk: Desk, radicale: Radicale, visit: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = []

    def refuse(*asked: object) -> None:
        refused.append(asked)
        raise Unreadable(Problem.NOT_ALLOWED)

    def read(now: datetime) -> None:
        with scope(desk.cast.bob.scope()):
            read_soon(source=source.reload(), now=now)
        drain(now=now)
        drain(now=now)

    work = radicale.make("Work")
    source = connect(desk, radicale)
    for number in range(3):
        desk.book(TUESDAY_TEN + number * 24 * HOUR)
    drain(now=NOW)
    with monkeypatch.context() as patched:
        patched.setattr(dav, "write_event", refuse)
        choose(desk, source, reads=[work], writes=work)
        read(NOW)
        assert 1 <= len(refused) <= 2
        for hour in range(1, 5):
            with time_machine.travel(NOW + hour * HOUR, tick=False):
                read(NOW + hour * HOUR)
        assert len(refused) == 2
    page = visit(desk.cast.bob).get("/coach/harbour/calendars/").content.decode()
    assert "It does not let us write" in page
    with time_machine.travel(NOW + 24 * HOUR, tick=False):
        read(NOW + 24 * HOUR)
        read(NOW + 24 * HOUR)
    assert len(radicale.texts(work)) == 3
    assert reload(desk, source).writing_problem == ""


# ---- a server that takes its time ---------------------------------------------------------------
SLOW = 0.3
BUSY = b"BEGIN:VCALENDAR\r\nBEGIN:VFREEBUSY\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n"


def slow(request: Exchange) -> None:
    request.dawdle(SLOW)
    answers = {"PUT": (412, b""), "GET": (200, b""), "REPORT": (200, BUSY + b" " * 400_000)}
    status, body = answers[request.handler.command]
    request.answer(status, body, ETag='"1"', Content_Type="text/calendar")


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        (Limits(seconds=4 * SLOW), Problem.TOO_SLOW),
        (Limits(most_bytes=1_000_000), Problem.TOO_LARGE),
    ],
)
def test_one_reading_has_one_deadline_and_one_budget_of_bytes(
    limits: Limits, problem: Problem
) -> None:
    with strange_server(slow) as server:
        account = dav.Account(address=server.at("/"), user=USER, password=PASSWORD)
        calendars = [server.at(f"/{number}/") for number in range(20)]
        with pytest.raises(Unreadable) as refused:
            dav.busy_file(account, calendars, (0, 86_400), LOOPBACK, budget=Budget(limits))
        assert refused.value.problem == problem
        assert len(server.asked) <= 5


def test_one_writing_has_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dav, "WHOLE", Limits(seconds=2 * SLOW))
    with strange_server(slow) as server:
        account = dav.Account(address=server.at("/"), user=USER, password=PASSWORD)
        with pytest.raises(Unreadable) as refused:
            dav.write_event(account, server.at("/office/"), "uid", PARTY, None, LOOPBACK)
        assert refused.value.problem == Problem.TOO_SLOW


def test_what_a_refusal_says_is_not_unpacked() -> None:
    """The library reads a refusal whole before it signs in, as long as it may be."""

    def refuse(request: Exchange) -> None:
        packed = gzip.compress(bytes(100_000_000))
        digest = 'Digest realm="r", nonce="n", qop="auth"'
        request.answer(401, packed, WWW_Authenticate=digest, Content_Encoding="gzip")

    with strange_server(refuse) as server:
        account = dav.Account(address=server.at("/"), user=USER, password=PASSWORD)
        tracemalloc.start()
        with pytest.raises(Unreadable) as refused:
            dav.busy_file(account, [server.at("/office/")], (0, 86_400), LOOPBACK)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert refused.value.problem == Problem.NOT_ALLOWED
    assert most < 150_000_000
