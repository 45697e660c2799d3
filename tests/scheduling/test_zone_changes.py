"""A country changes its clocks after sessions were booked: told, never moved silently."""

import shutil
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from coachops.outbox.engine import drain
from coachops.pages.queries.attention import needs_of
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Session
from scheduling.services.changes import move_session
from scheduling.services.zone_changes import note_zone_changes
from scheduling.slots import opening
from tests.cast import Person
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk

PAGE = "/coach/harbour/calendar/clock-changes/"
HOUR = timedelta(hours=1)

type Law = Callable[[str], None]


@pytest.fixture
def becomes(tmp_path: Path) -> Iterator[Law]:
    """Gives Berlin the clock of another zone, as a new release of the database does."""
    before = zoneinfo.TZPATH
    known = next(Path(each) for each in (*before, *_packaged()) if (Path(each) / "Europe").is_dir())

    def forget() -> None:
        ZoneInfo.clear_cache()
        opening._segments_of_chunk.cache_clear()

    def law(like: str) -> None:
        (tmp_path / "zones" / "Europe").mkdir(parents=True, exist_ok=True)
        shutil.copy(known / like, tmp_path / "zones" / "Europe" / "Berlin")
        zoneinfo.reset_tzpath([str(tmp_path / "zones"), *before])
        forget()

    yield law
    zoneinfo.reset_tzpath(before)
    forget()


def _packaged() -> list[str]:
    import tzdata  # noqa: PLC0415 -- where the system has no database of its own

    return [str(Path(tzdata.__file__).parent / "zoneinfo")]


def note(desk: Desk) -> int:
    with scope(system_scope(desk.cast.practice.pk)):
        return note_zone_changes(now=NOW)


def page(desk: Desk, visit: Callable, person: Person | None = None) -> str:
    answer = visit(person or desk.cast.bob).get(PAGE)
    return " ".join(answer.content.decode().split())


def decide(desk: Desk, visit: Callable, session: Session, what: str) -> str:
    sent = {"version": session.calendar_sequence}
    answer = visit(desk.cast.bob).post(f"{PAGE}{session.pk}/{what}/", sent, follow=True)
    return " ".join(answer.content.decode().split())


def test_session_stays_at_its_instant_and_the_coach_is_told(
    desk: Desk, visit: Callable, becomes: Law
) -> None:
    session = desk.book()
    becomes("Europe/Helsinki")
    assert note(desk) == 1
    assert note(desk) == 0
    assert desk.reload(session).starts_at == TUESDAY_TEN
    told = page(desk, visit)
    assert "Tuesday 24 November, 10:00" in told
    assert "<b>Tuesday 24 November, 11:00</b>" in told
    assert "If you move it: Tuesday 24 November, 03:00" in told
    calendar = visit(desk.cast.bob).get("/coach/harbour/calendar/?on=2026-11-24").content.decode()
    assert "one session no longer stands" in " ".join(calendar.split())
    assert "Booked for 10:00" in calendar
    with scope(desk.cast.bob.scope()):
        needs = needs_of([desk.cast.bob.membership.pk], practice_slug="harbour", now=NOW)
    assert [need.url for need in needs if need.kind == "clock"] == [PAGE]


def test_moving_it_to_the_time_that_was_meant_is_an_ordinary_move(
    desk: Desk, visit: Callable, becomes: Law
) -> None:
    session = desk.book()
    becomes("Europe/Helsinki")
    note(desk)
    drain(now=NOW)
    mail.outbox.clear()
    assert "Every session is where you booked it" in decide(desk, visit, session, "move")
    session = desk.reload(session)
    assert (session.starts_at, session.calendar_sequence) == (TUESDAY_TEN - HOUR, 1)
    drain(now=NOW)
    assert len(mail.outbox) == 2
    assert note(desk) == 0


def test_keeping_the_moment_is_what_is_meant_from_then_on(
    desk: Desk, visit: Callable, becomes: Law
) -> None:
    session = desk.book()
    becomes("Europe/Helsinki")
    note(desk)
    drain(now=NOW)
    mail.outbox.clear()
    assert "It stays as it is" in decide(desk, visit, session, "keep")
    assert note(desk) == 0
    drain(now=NOW)
    assert mail.outbox == []
    assert desk.reload(session).starts_at == TUESDAY_TEN


def test_time_that_is_taken_by_now_leads_to_all_others(
    desk: Desk, visit: Callable, becomes: Law
) -> None:
    session = desk.book()
    becomes("Europe/Helsinki")
    note(desk)
    desk.book_guest(TUESDAY_TEN - HOUR)
    assert "Something else stands there by now" in decide(desk, visit, session, "move")
    assert desk.reload(session).starts_at == TUESDAY_TEN


def test_decision_about_what_was_changed_meanwhile_is_not_taken(
    desk: Desk, visit: Callable, becomes: Law
) -> None:
    session = desk.book()
    becomes("Europe/Helsinki")
    note(desk)
    with scope(desk.cast.bob.scope()):
        move_session(session=session, starts_at=TUESDAY_TEN + HOUR, now=NOW, by_coach=True)
    for what in ("keep", "move"):
        assert "Somebody changed this session meanwhile" in decide(desk, visit, session, what)
    assert desk.reload(session).starts_at == TUESDAY_TEN + HOUR


def test_only_sessions_on_dates_that_change_are_concerned(desk: Desk, becomes: Law) -> None:
    """Berlin gives up summer time: winter is as it was."""
    desk.book()
    summer = desk.book(datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    with scope(desk.cast.bob.scope()):
        july = datetime(2027, 7, 6, 8, 0, tzinfo=UTC)
        summer = move_session(session=summer, starts_at=july, now=NOW, by_coach=True)
    becomes("Africa/Lagos")
    assert note(desk) == 1
    summer = desk.reload(summer)
    assert (summer.clock_shift, f"{summer.meant_wall_time:%H:%M}") == (-60, "10:00")


def test_change_that_is_taken_back_concerns_nobody(desk: Desk, becomes: Law) -> None:
    session = desk.book()
    becomes("Europe/Helsinki")
    note(desk)
    becomes("Europe/Paris")
    assert note(desk) == 0
    assert desk.reload(session).clock_shift == 0


def test_what_nobody_wrote_down_is_taken_as_it_is(desk: Desk, becomes: Law) -> None:
    session = desk.book()
    with scope(desk.cast.bob.scope()):
        Session.objects.update(coach_utc_offset=None)
    assert note(desk) == 0
    assert desk.reload(session).coach_utc_offset == 60
    becomes("Europe/Helsinki")
    assert note(desk) == 1
