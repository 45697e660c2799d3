"""The pages about availability, without any JavaScript."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from coachops.tenancy.scope import scope
from scheduling.models import (
    BusySource,
    Claim,
    Schedule,
    ScheduleOverride,
    ScheduleRule,
    ScheduleTravel,
)
from scheduling.queries.availability import availability_of
from tests.cast import Person
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.test_availability import a_room, block, change, claim, schedule_of

PAGE = "/coach/harbour/availability/"
HOUR = timedelta(hours=1)

type Visit = Callable[[Person], Browser]


def test_a_days_hours_are_copied_to_the_days_that_are_ticked(desk: Desk, visit: Visit) -> None:
    typed = {
        "time_zone": "Europe/Berlin",
        "d2-0-start": "08:00",
        "d2-0-end": "12:00",
        "d2-1-start": "13:00",
        "d2-1-end": "later",
        "copy": "2",
        "copy-2-4": "1",
        "copy-2-6": "1",
        "copy-1-5": "1",
    }
    page = visit(desk.cast.bob).post(PAGE, typed).content.decode()
    for weekday in (4, 6):
        assert f'name="d{weekday}-1-end"' in page
    assert page.count('value="later"') == 3
    assert 'name="d5-0-start"' not in page


def test_another_schedule_is_made_used_renamed_and_deleted(desk: Desk, visit: Visit) -> None:
    bob = visit(desk.cast.bob)
    assert "Working hours" in bob.get(f"{PAGE}schedules/new/").content.decode()
    taken = bob.post(f"{PAGE}schedules/new/", {"name": "working hours"})
    assert taken.status_code == 422
    assert "You have a schedule of this name." in taken.content.decode()
    data = {"name": "Evenings", "offerings": [str(desk.coaching.pk)]}
    made = bob.post(f"{PAGE}schedules/new/", data)
    with scope(desk.cast.bob.scope()):
        evenings = Schedule.objects.get(name="Evenings")
        assert desk.coaching.reload().schedule_id == evenings.pk
    assert "Evenings" in bob.get(made["Location"]).content.decode()
    week = {"time_zone": "Europe/Berlin", "d0-0-start": "18:00", "d0-0-end": "21:00"}
    assert bob.post(f"{PAGE}?schedule={evenings.pk}", week).status_code == 302
    with scope(desk.cast.bob.scope()):
        assert availability_of(evenings.coach_id, NOW.date(), evenings).weekly == {
            0: [(1080, 1260)]
        }
        assert ScheduleRule.objects.exclude(schedule=evenings).count() == 5
    one = f"{PAGE}schedules/{evenings.pk}/"
    bob.post(f"{one}delete/")
    with scope(desk.cast.bob.scope()):
        assert Schedule.objects.filter(pk=evenings.pk).exists(), "it is in use"
        first = Schedule.objects.exclude(pk=evenings.pk).get()
    data = {"name": "All day", "offerings": [str(desk.coaching.pk), str(desk.chemistry.pk)]}
    assert bob.post(f"{PAGE}schedules/{first.pk}/", data).status_code == 302
    assert "Delete this schedule" in bob.get(one).content.decode()
    assert bob.post(f"{one}delete/").status_code == 302
    with scope(desk.cast.bob.scope()):
        assert [each.name for each in Schedule.objects.all()] == ["All day"]


def test_a_schedule_of_somebody_else_is_not_found(desk: Desk, visit: Visit) -> None:
    bobs = schedule_of(desk)
    for address in (f"{PAGE}?schedule={bobs.pk}", f"{PAGE}schedules/{bobs.pk}/"):
        assert visit(desk.cast.olga).get(address).status_code == 404
        assert visit(desk.cast.bob).get(address).status_code == 200
    assert visit(desk.cast.bob).get(f"{PAGE}?schedule=abc").status_code == 404


def test_time_off_says_what_is_booked_in_it(desk: Desk, visit: Visit) -> None:
    desk.book()
    bob = visit(desk.cast.bob)
    typed = {"first": "2026-11-23", "last": "2026-11-27", "note": "Skiing"}
    answer = bob.post(f"{PAGE}days/off/", typed)
    page = bob.get(answer["Location"]).content.decode()
    assert "1 session is booked on those days and stays as it is" in page
    assert "Mon 23 Nov to Fri 27 Nov 2026" in page
    assert "Skiing" in page
    assert desk.free(desk.coaching, TUESDAY_TEN) == []
    bob.post(f"{PAGE}days/forget/", {"first": "2026-11-23", "last": "2026-11-27", "off": "1"})
    with scope(desk.cast.bob.scope()):
        assert not ScheduleOverride.objects.exists()


def test_a_wrong_date_is_explained_beside_its_field_and_kept(desk: Desk, visit: Visit) -> None:
    bob = visit(desk.cast.bob)
    typed = {"first": "2026-11-27", "last": "2026-11-23", "note": "Skiing"}
    answer = bob.post(f"{PAGE}days/off/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This is before the first day." in page
    assert 'value="Skiing"' in page


def test_a_date_gets_several_hours_of_its_own(desk: Desk, visit: Visit) -> None:
    bob = visit(desk.cast.bob)
    typed = {
        "first": "2026-11-24",
        "hours-0-start": "10:00",
        "hours-0-end": "11:30",
        "hours-1-start": "22:00",
        "hours-1-end": "01:00",
    }
    assert bob.post(f"{PAGE}days/", typed).status_code == 302
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    offered = [f"{at:%H:%M}" for at in desk.free(desk.coaching, midnight)]
    assert offered == ["09:00", "09:30", "21:00", "21:30", "22:00", "22:30", "23:00"]
    assert "10:00 – 11:30, 22:00 – 01:00" in bob.get(f"{PAGE}days/").content.decode()
    wrong = bob.post(f"{PAGE}days/", {**typed, "hours-1-start": "11:00", "hours-1-end": "12:00"})
    assert wrong.status_code == 422
    assert "This overlaps the hours before it." in wrong.content.decode()


def test_holidays_are_switched_on_and_one_is_worked(desk: Desk, visit: Visit) -> None:
    bob, address = visit(desk.cast.bob), f"{PAGE}holidays/"
    assert "Choose a country" in bob.get(address).content.decode()
    page = bob.get(bob.post(address, {"country": "DE"})["Location"]).content.decode()
    assert "Erster Weihnachtstag" in page
    assert "Frauentag" not in page
    assert "Berlin" in page
    bob.post(address, {"country": "DE", "region": "BE"})
    assert "Frauentag" in bob.get(address).content.decode()
    bob.post(f"{address}work/", {"day": "2026-12-25"})
    assert "you work" in bob.get(address).content.decode()
    bob.post(f"{PAGE}days/forget/", {"first": "2026-12-25", "holiday": "1"})
    assert "you work" not in bob.get(address).content.decode()
    bob.post(address, {"country": "US", "region": "BE"})
    assert "Thanksgiving" in bob.get(address).content.decode()
    assert bob.post(address, {"country": "XX"}).status_code == 422


def test_a_journey_is_noted_and_taken_back(desk: Desk, visit: Visit) -> None:
    bob, address = visit(desk.cast.bob), f"{PAGE}travel/"
    dates = {"first": "2026-11-24", "last": "2026-11-26"}
    page = bob.get(bob.post(address, {**dates, "time_zone": "Asia/Tokyo"})["Location"])
    assert "Tue 24 Nov to Thu 26 Nov 2026" in page.content.decode()
    twice = bob.post(address, {"first": "2026-11-26", "time_zone": "Asia/Seoul"})
    assert twice.status_code == 422
    assert "You are elsewhere on some of these days already." in twice.content.decode()
    bob.post(f"{address}cancel/", dates)
    with scope(desk.cast.bob.scope()):
        assert not ScheduleTravel.objects.exists()


def ask(desk: Desk, visit: Visit, day: str, time: str) -> str:
    query = f"?offering={desk.coaching.pk}&day={day}&time={time}"
    return visit(desk.cast.bob).get(f"{PAGE}why/{query}").content.decode().replace("&quot;", '"')


def test_a_time_that_can_be_booked_says_so_rule_by_rule(desk: Desk, visit: Visit) -> None:
    page = ask(desk, visit, "2026-11-24", "10:00")
    assert "This time can be booked." in page
    assert "it can be booked until Mon 23 Nov, 10:00" in page
    assert "On Tuesday 24 November you work from 09:00 to 17:00." in page
    assert "No other calendar is read for you." in page


def booked(desk: Desk) -> None:
    desk.book()


def held(desk: Desk) -> None:
    until = NOW + timedelta(minutes=10)
    claim(
        desk.cast.practice,
        desk.cast.bob.user.pk,
        TUESDAY_TEN,
        state=Claim.State.HELD,
        expires_at=until,
    )


def elsewhere(desk: Desk) -> None:
    claim(desk.cast.other_practice, desk.cast.bob.user.pk, TUESDAY_TEN)


def busy(desk: Desk) -> None:
    block(desk.cast.bob, TUESDAY_TEN)


def stale(desk: Desk) -> None:
    block(desk.cast.bob, TUESDAY_TEN)
    with scope(desk.cast.bob.scope()):
        BusySource.objects.update(state=BusySource.State.STALE)


def close(desk: Desk) -> None:
    claim(desk.cast.practice, desk.cast.bob.user.pk, TUESDAY_TEN - HOUR, buffer_after=20)


def room_taken(desk: Desk) -> None:
    claim(desk.cast.practice, a_room(desk).pk, TUESDAY_TEN)


def full_day(desk: Desk) -> None:
    change(desk, desk.coaching, max_per_day=1, max_per_week=3)
    claim(desk.cast.practice, desk.cast.bob.user.pk, TUESDAY_TEN + 4 * HOUR)


def full_week(desk: Desk) -> None:
    change(desk, desk.coaching, max_per_week=1)
    claim(desk.cast.practice, desk.cast.bob.user.pk, TUESDAY_TEN + 28 * HOUR)


def away(desk: Desk) -> None:
    with scope(desk.cast.bob.scope()):
        ScheduleOverride.objects.create(
            schedule=schedule_of(desk), on=TUESDAY_TEN.date(), intervals=[], note="100% skiing"
        )


def nothing(desk: Desk) -> None:
    pass


@pytest.mark.parametrize(
    ("happens", "day", "time", "words"),
    [
        (booked, "2026-11-24", "10:00", "You have a session with Carol Harbour, 10:00 to 11:00."),
        (elsewhere, "2026-11-24", "10:00", "a session in another practice, 10:00 to 11:00."),
        (held, "2026-11-24", "10:00", "It is kept for somebody until Mon 16 Nov, 09:10."),
        (busy, "2026-11-24", "10:30", "“Family” is busy 10:00 to 11:00. It was read Mon 16 Nov"),
        (stale, "2026-11-24", "10:30", "so what it said then still counts."),
        (close, "2026-11-24", "10:00", "What takes 09:00 to 10:00 comes too close"),
        (room_taken, "2026-11-24", "10:00", "The attic is taken 10:00 to 11:00."),
        (full_day, "2026-11-24", "10:00", "1 of at most 1 sessions are booked that day."),
        (full_week, "2026-11-24", "10:00", "1 of at most 1 sessions are booked that week."),
        (away, "2026-11-24", "10:00", "You are off on Tuesday 24 November: 100% skiing."),
        (nothing, "2026-11-22", "10:00", "You do not work on Sunday 22 November."),
        (nothing, "2026-11-24", "16:30", "Part of the session would be outside of that."),
        (nothing, "2026-11-24", "10:10", "There is a start every 30 minutes"),
        (nothing, "2026-11-16", "09:30", "it could be booked until Sun 15 Nov, 09:30."),
        (nothing, "2026-11-15", "10:00", "It is in the past."),
        (nothing, "2027-03-01", "10:00", "60 days ahead: now until Friday 15 January."),
        (nothing, "2027-03-28", "02:30", "02:30 does not exist on that day."),
    ],
)
def test_the_rule_that_refuses_is_told_in_words(
    desk: Desk,
    visit: Visit,
    happens: Callable[[Desk], None],
    day: str,
    time: str,
    words: str,
) -> None:
    happens(desk)
    page = ask(desk, visit, day, time)
    assert "This time is not offered." in page
    assert words in page


def test_a_time_that_comes_twice_is_explained_twice(desk: Desk, visit: Visit) -> None:
    page = ask(desk, visit, "2027-10-31", "02:30")
    assert "02:30 CEST" in page
    assert "02:30 CET" in page


def test_the_explanation_asks_little_however_much_is_booked(desk: Desk, visit: Visit) -> None:
    address = f"{PAGE}why/?offering={desk.coaching.pk}&day=2026-11-24&time=10:00"
    bob, counts = visit(desk.cast.bob), []
    block(desk.cast.bob, TUESDAY_TEN + 8 * HOUR)
    for days in (0, 1, 2):
        desk.book(TUESDAY_TEN + timedelta(days=days))
        with CaptureQueriesContext(connection) as captured:
            assert bob.get(address).status_code == 200
        counts.append(len(captured))
    assert len(set(counts)) == 1
