"""The coach's calendar: what each view shows, and what is asked before anything changes."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.test import Client as Browser

from clients.models import Engagement
from coachops.practices.models import User
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import (
    BusyBlock,
    BusySource,
    Claim,
    InvitationReply,
    Offering,
    Poll,
    PollOption,
    Schedule,
    ScheduleOverride,
    ScheduleTravel,
    Seat,
    Session,
)
from scheduling.queries.availability import availability_of
from scheduling.queries.calendar import calendar_of_coach
from scheduling.queries.calendar_grid import Frame, frame_around, lanes
from scheduling.queries.calendar_views import View
from scheduling.queries.planning import check_move
from scheduling.services.availability import replace_hours
from scheduling.services.booking import BookerClient
from scheduling.services.offerings import share_offering
from scheduling.services.series import Run, book_series
from tests.cast import Person
from tests.contracts.counting import opened
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk

CALENDAR = "/coach/harbour/calendar/"
WEEK = f"{CALENDAR}?on=2026-11-24"
HTMX = {"HX-Request": "true", "HX-Target": "calendar-dialog"}

type Visit = Callable[[Person], Browser]


def _page(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


# ---- views -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "heading", "before", "after"),
    [
        ("day", "Tuesday 24 November", "on=2026-11-23", "on=2026-11-25"),
        ("week", "23 to 27 November", "on=2026-11-16", "on=2026-11-30"),
        ("month", "November 2026", "on=2026-10-01", "on=2026-12-01"),
        ("agenda", "24 November to 21 December", "on=2026-10-27", "on=2026-12-22"),
    ],
)
def test_each_view_has_its_own_address_and_arrows(
    desk: Desk, visit: Visit, view: str, heading: str, before: str, after: str
) -> None:
    desk.book()
    page = _page(visit(desk.cast.bob), f"{CALENDAR}?view={view}&on=2026-11-24")
    assert heading in page
    assert f"?view={view}&amp;{before}".replace("&amp;", "&") in page
    assert f"?view={view}&{after}" in page
    assert "Carol" in page
    assert "Times are in Berlin time." in page.replace("\n", " ").replace("  ", "")


@pytest.mark.parametrize("nonsense", ["on=2026-13-45", "view=year", "on=&view=", "edit=all"])
def test_an_address_that_means_nothing_shows_this_week(
    desk: Desk, visit: Visit, nonsense: str
) -> None:
    assert "16 to 20 November" in _page(visit(desk.cast.bob), f"{CALENDAR}?{nonsense}")


def test_a_session_says_how_late_it_is_for_the_client(desk: Desk, visit: Visit) -> None:
    desk.book()
    assert "04:00 in New York" in _page(visit(desk.cast.bob), WEEK)


def test_every_kind_of_time_is_told_apart(desk: Desk, visit: Visit) -> None:
    desk.book()
    desk.book_guest(TUESDAY_TEN + timedelta(hours=2))
    with scope(desk.cast.bob.scope()):
        bob = desk.cast.bob.membership
        _session(desk, hours=24, state=Session.State.REQUESTED)
        _session(desk, hours=26, kind=Offering.Kind.GROUP, capacity=6, taken=3, client=None)
        _session(desk, hours=28, kind=Offering.Kind.THREE_WAY)
        _hold(bob.user, hours=48)
        _busy(desk, hours=50)
        _poll(desk, hours=52)
    page = _page(visit(desk.cast.bob), WEEK)
    for words in ("Asks for this time", "3 of 6 places", "Offered in a poll", "Gina Guest", "Busy"):
        assert words in page, words
    assert "Being booked, until" in page
    kinds = set(re.findall(r"ev ev-(\w+)", page))
    assert kinds == {"plan", "chemistry", "requested", "group", "sponsor", "held", "busy"}


def test_only_the_next_session_of_all_is_marked(desk: Desk, visit: Visit, monday: object) -> None:
    desk.book()
    desk.book(TUESDAY_TEN + timedelta(days=7))
    monday.move_to(TUESDAY_TEN - timedelta(hours=2))  # type: ignore[attr-defined]
    bob = visit(desk.cast.bob)
    assert "ev ev-next" in _page(bob, WEEK)
    assert "ev ev-next" not in _page(bob, f"{CALENDAR}?on=2026-12-01")


def test_time_taken_in_another_practice_is_busy_and_nothing_more(desk: Desk, visit: Visit) -> None:
    with scope(system_scope(desk.cast.other_practice.pk)):
        _hold(desk.cast.bob.user, hours=1, expires_at=None, state=Claim.State.CONFIRMED)
    page = _page(visit(desk.cast.bob), WEEK)
    assert "Busy" in page
    assert "Lagoon" not in page


def test_days_off_holidays_and_travel_are_noted(desk: Desk) -> None:
    bob = desk.cast.bob.membership
    with scope(desk.cast.bob.scope()):
        schedule = Schedule.objects.get()
        Schedule.objects.update(holiday_country="DE")
        ScheduleOverride.objects.create(
            schedule=schedule, on=date(2026, 12, 22), intervals=[], note="Workshop"
        )
        ScheduleOverride.objects.create(
            schedule=schedule, on=date(2026, 12, 23), intervals=[[600, 720]]
        )
        ScheduleTravel.objects.create(
            schedule=schedule,
            starts_on=date(2026, 12, 21),
            ends_on=date(2026, 12, 21),
            time_zone="America/New_York",
        )
        week = calendar_of_coach(bob, View.WEEK, date(2026, 12, 22), NOW)
    notes = [(day.note, day.hours) for day in week.days]
    assert notes == [
        ("New York clock", "15:00 – 23:00"),
        ("Workshop", ""),
        ("Other hours", "10:00 – 12:00"),
        ("", "09:00 – 17:00"),
        ("Erster Weihnachtstag", ""),
    ]


def test_the_grid_grows_with_what_is_early_late_or_at_night(desk: Desk) -> None:
    bob = desk.cast.bob.membership
    with scope(desk.cast.bob.scope()):
        _session(desk, hours=13.5)  # 23:30 to 00:30 in Berlin
        week = calendar_of_coach(bob, View.WEEK, TUESDAY_TEN.date(), NOW)
    tuesday, wednesday = week.days[1], week.days[2]
    assert (week.first_minute, week.rows) == (0, 96)
    assert [entry.times for entry in tuesday.entries] == ["23:30 to 24:00"]
    assert [entry.times for entry in wednesday.entries] == ["00:00 to 00:30"]
    assert [entry.can_move for entry in wednesday.entries] == [False]
    assert week.count == 1


def test_the_weekend_shows_itself_only_when_there_is_something(desk: Desk) -> None:
    bob = desk.cast.bob.membership
    with scope(desk.cast.bob.scope()):
        assert len(calendar_of_coach(bob, View.WEEK, TUESDAY_TEN.date(), NOW).days) == 5
        _session(desk, hours=24 * 4)
        assert len(calendar_of_coach(bob, View.WEEK, TUESDAY_TEN.date(), NOW).days) == 7


def test_places_are_exact_to_five_minutes() -> None:
    frame = frame_around([(7 * 60 + 30, 9 * 60)])
    assert frame == Frame(7 * 60, 18 * 60)
    assert frame.place(7 * 60, 8 * 60) == "r-1 s-4"
    assert frame.place(7 * 60 + 50, 8 * 60 + 35) == "r-4 s-4 o-1 e-2"
    assert frame.place(6 * 60, 7 * 60 + 15) == "r-1 s-1"
    assert frame.place(19 * 60, 20 * 60) == ""
    assert list(frame.gaps([(480, 600), (540, 720)])) == [(420, 480), (720, 1080)]


@pytest.mark.parametrize(
    ("spans", "laid"),
    [
        ([(540, 600), (600, 660)], ["", ""]),
        ([(540, 600), (570, 630)], [" w-2 l-1", " w-2 l-2"]),
        ([(600, 660), (540, 720)], [" w-2 l-1", " w-2 l-2"]),
        ([(540, 600), (570, 630), (610, 670)], [" w-2 l-1", " w-2 l-2", " w-2 l-1"]),
        ([(540, 600)] * 3, [" w-3 l-1", " w-3 l-2", " w-3 l-3"]),
        ([(540, 600)] * 5, [f" w-4 l-{lane}" for lane in (1, 2, 3, 4, 4)]),
        ([(0, 1440), (540, 600), (700, 760)], [" w-2 l-1", " w-2 l-2", " w-2 l-2"]),
    ],
)
def test_what_overlaps_lies_side_by_side(spans: list, laid: list[str]) -> None:
    assert lanes(spans) == laid


def test_a_session_lies_left_of_what_is_busy_elsewhere(desk: Desk) -> None:
    desk.book()
    with scope(desk.cast.bob.scope()):
        _busy(desk, hours=-0.5)
        tuesday = calendar_of_coach(
            desk.cast.bob.membership, View.DAY, TUESDAY_TEN.date(), NOW
        ).days[0]
    busy, session = tuesday.entries
    assert (busy.kind, session.kind) == ("busy", "plan")
    assert session.place.endswith("w-2 l-1")
    assert busy.place.endswith("w-2 l-2")


# ---- answers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words", "sign"),
    [
        ("accepted", "Accepted", "check"),
        ("tentative", "Perhaps", "circle-question-mark"),
        ("declined", "Declined", "calendar-x"),
        ("", "No answer yet", "mail"),
    ],
)
def test_an_entry_says_what_the_invited_calendar_answered(
    desk: Desk, visit: Visit, answer: str, words: str, sign: str
) -> None:
    session = desk.book()
    if answer:
        _reply(desk, session, "carol@client.example", answer)
    entry = _entry_of(visit(desk.cast.bob), session)
    assert words in entry
    assert f"#{sign}" in entry
    assert ("is-declined" in entry) == (answer == "declined")
    month = _page(visit(desk.cast.bob), f"{CALENDAR}?view=month&on=2026-11-24")
    assert ('aria-label="Declined"' in month) == (answer == "declined")


def test_an_answer_to_an_earlier_time_is_none(desk: Desk, visit: Visit) -> None:
    session = desk.book()
    _reply(desk, session, "carol@client.example", "declined")
    with scope(desk.cast.bob.scope()):
        Session.objects.update(calendar_sequence=1)
    assert "No answer yet" in _entry_of(visit(desk.cast.bob), session)


def test_answers_of_several_are_counted_and_a_no_stands_first(desk: Desk, visit: Visit) -> None:
    with scope(desk.cast.bob.scope()):
        group = _session(desk, hours=2, kind=Offering.Kind.GROUP, capacity=6, taken=3, client=None)
        for name in ("ann", "ben", "cleo"):
            Seat.objects.create(
                session=group,
                name=name,
                email=f"{name}@client.example",
                time_zone="Europe/Berlin",
                asked_at=NOW,
                revised_at=NOW,
            )
    for name, answer in (("ann", "accepted"), ("ben", "accepted"), ("cleo", "declined")):
        _reply(desk, group, f"{name}@client.example", answer)
    assert "1 declined, 2 accepted" in _entry_of(visit(desk.cast.bob), group)


def test_a_session_of_a_series_leads_to_all_of_it(desk: Desk, visit: Visit) -> None:
    with scope(desk.cast.bob.scope()):
        run = Run("fortnightly", [TUESDAY_TEN + timedelta(weeks=2 * each) for each in range(3)])
        series = book_series(
            offering=desk.coaching,
            run=run,
            booker=BookerClient(desk.cast.carol_client, desk.cast.carol_engagement),
            booking_key=uuid4(),
            booker_time_zone="America/New_York",
            now=NOW,
            by_coach=True,
        )
        second = Session.objects.order_by("starts_at")[1]
    address = f"/coach/harbour/series/{series.pk}/"
    bob = visit(desk.cast.bob)
    assert address in _page(bob, WEEK)
    for page in (
        _page(bob, f"/coach/harbour/sessions/{second.pk}/"),
        _page(bob, f"/coach/harbour/bookings/{second.pk}/"),
        _page(visit(desk.cast.carol), f"/portal/harbour/sessions/{second.pk}/"),
    ):
        assert "2 of 3, every second Tuesday" in page
        assert f"/series/{series.pk}/" in page


def _entry_of(browser: Browser, session: Session) -> str:
    page = _page(browser, WEEK)
    found = next(each for each in page.split("<li") if f"{session.pk}/" in each)
    return " ".join(found.split())


def _reply(desk: Desk, session: Session, email: str, answer: str) -> None:
    with scope(desk.cast.bob.scope()):
        InvitationReply.objects.create(
            session=session, email=email, answer=answer, sequence=0, received_at=NOW
        )


def test_a_clock_change_leaves_every_session_in_its_place(desk: Desk) -> None:
    """25 October 2026: Berlin's clocks show 02:30 twice."""
    bob, before = desk.cast.bob.membership, datetime(2026, 10, 1, tzinfo=UTC)
    with scope(desk.cast.bob.scope()):
        for hour in (0, 1, 2):
            _session(desk, at=datetime(2026, 10, 25, hour, 30, tzinfo=UTC), minutes=30)
        day = calendar_of_coach(bob, View.DAY, date(2026, 10, 25), before).days[0]
    assert [entry.times for entry in day.entries] == [
        "02:30 to 02:45",
        "02:30 to 03:00",
        "03:30 to 04:00",
    ]


def test_free_hours_lead_to_the_form_and_taken_ones_do_not(desk: Desk, visit: Visit) -> None:
    desk.book()
    page = _page(visit(desk.cast.bob), WEEK)
    assert "plan/?start=2026-11-24T11:00" in page
    assert "plan/?start=2026-11-24T10:00" not in page
    assert "39 open hours are free." in page.replace("\n", " ").replace("  ", "")


@pytest.mark.parametrize("view", [each.value for each in View])
def test_sixty_sessions_take_as_few_statements_as_one(desk: Desk, visit: Visit, view: str) -> None:
    bob, address = visit(desk.cast.bob), f"{CALENDAR}?view={view}&on=2026-11-24"
    with scope(desk.cast.bob.scope()):
        _session(desk, hours=0)
    opened(bob, address)
    _few_rows, few = opened(bob, address)
    with scope(desk.cast.bob.scope()):
        for number in range(60):
            _session(desk, hours=1 + number * 0.4 + number // 12 * 19.2, minutes=20)
    page, many = opened(bob, address)
    assert len(few) == len(many) <= 10, str(many)
    assert many.twice == []
    assert len(page.content) < 150_000


def test_an_outcome_is_confirmed_from_the_calendar(
    desk: Desk, visit: Visit, monday: object
) -> None:
    session = desk.book()
    monday.move_to(TUESDAY_TEN + timedelta(hours=2))  # type: ignore[attr-defined]
    bob = visit(desk.cast.bob)
    page = _page(bob, WEEK)
    assert "What became of it?" in page
    assert 'value="no_show"' in page
    told = bob.post(
        f"/coach/harbour/sessions/{session.pk}/outcome/", {"outcome": "held", "next": WEEK}
    )
    assert told["Location"] == WEEK
    assert "What became of it?" not in _page(bob, WEEK)


def test_only_who_looks_after_a_coach_sees_the_calendar(desk: Desk, visit: Visit) -> None:
    desk.book()
    bob = desk.cast.bob.membership
    assert "Carol" in _page(visit(desk.cast.vera), f"{WEEK}&coach={bob.pk}")
    assert visit(desk.cast.olga).get(f"{WEEK}&coach={bob.pk}").status_code == 404
    assert visit(desk.cast.mallory).get(WEEK).status_code == 404
    assert visit(desk.cast.carol).get(WEEK).status_code == 404
    assert "Carol" not in _page(visit(desk.cast.olga), WEEK)


def test_links_lead_to_pages_that_the_reader_may_open(desk: Desk, visit: Visit) -> None:
    desk.book()
    desk.book_guest(TUESDAY_TEN + timedelta(hours=2))
    for person in (desk.cast.bob, desk.cast.vera, desk.cast.alice):
        browser = visit(person)
        page = _page(browser, f"{WEEK}&coach={desk.cast.bob.membership.pk}")
        links = re.findall(r'href="(/coach/harbour/(?:sessions|bookings)/[^"]+)"', page)
        assert len(links) == 4
        assert {browser.get(link).status_code for link in links} == {200}


# ---- moving ------------------------------------------------------------------------------------


def _move(
    browser: Browser, session: Session, step: str, at: str = "2026-11-25T11:00", **more: object
) -> tuple[int, str]:
    data = {"at": at, "zone": "Europe/Berlin", "version": session.calendar_sequence, **more}
    answer = browser.post(f"{CALENDAR}sessions/{session.pk}/{step}/", data, headers=HTMX)
    return answer.status_code, " ".join(answer.content.decode().split())


def test_a_move_is_told_in_both_zones_before_it_is_done(desk: Desk, visit: Visit) -> None:
    session, bob = desk.book(), visit(desk.cast.bob)
    status, page = _move(bob, session, "check")
    assert status == 200
    assert "Move Carol Harbour?" in page
    assert "Wednesday 25 November, 11:00 to 12:00" in page
    assert "New York: Wednesday 25 November, 05:00 to 06:00" in page
    assert "get a mail with the new time" in page
    assert desk.reload(session).starts_at == TUESDAY_TEN
    assert _move(bob, session, "move", at="20261125T1000Z")[0] == 200
    assert desk.reload(session).starts_at == TUESDAY_TEN + timedelta(hours=25)


def test_the_mails_of_a_move_are_read_from_its_dialog(desk: Desk, visit: Visit) -> None:
    session, bob = desk.book(), visit(desk.cast.bob)
    page = _move(bob, session, "check")[1]
    address = f"{CALENDAR}sessions/{session.pk}/move/"
    assert f'formaction="{address}#letters"' in page
    data = {"at": "20261125T1000Z", "version": session.calendar_sequence, "next": CALENDAR}
    looked = bob.post(address, {**data, "look": "1"}).content.decode()
    assert f">{desk.cast.carol.user.email}</dd>" in looked
    assert f'name="next" value="{CALENDAR}"' in " ".join(looked.split())
    assert desk.reload(session).starts_at == TUESDAY_TEN


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-24T20:00", "outside your hours"),
        ("2026-11-16T12:00", "sooner than the notice"),
        ("2026-11-25T09:25", "too close"),
    ],
)
def test_soft_rules_are_named_and_can_be_overruled(
    desk: Desk, visit: Visit, at: str, words: str
) -> None:
    session, bob = desk.book(), visit(desk.cast.bob)
    with scope(desk.cast.bob.scope()):
        _hold(desk.cast.bob.user, hours=24.5, buffer_before=15)
    status, page = _move(bob, session, "check", at)
    assert status == 200
    assert words in page
    assert "Move it all the same" in page


def test_a_busy_calendar_is_a_soft_rule(desk: Desk, visit: Visit) -> None:
    session = desk.book()
    with scope(desk.cast.bob.scope()):
        _busy(desk, hours=25)
    _status, page = _move(visit(desk.cast.bob), session, "check")
    assert "you are busy then." in page


def test_a_taken_time_is_refused_with_what_is_free_nearby(desk: Desk, visit: Visit) -> None:
    session, bob = desk.book(), visit(desk.cast.bob)
    desk.book(TUESDAY_TEN + timedelta(hours=25))
    for step in ("check", "move"):
        status, page = _move(bob, session, step)
        assert status == 409
        assert "That time cannot be taken" in page
        assert "You have another session then." in page
        assert 'name="at" value="20261125T' in page
    assert desk.reload(session).starts_at == TUESDAY_TEN


def test_a_move_is_weighed_by_the_hours_of_whoever_holds_it(desk: Desk) -> None:
    """Bob shares the chemistry call with Olga, who alone works in the evening."""
    session, olga = desk.book_guest(), desk.cast.olga.membership
    evening = TUESDAY_TEN + timedelta(hours=9)
    with scope(desk.cast.alice.scope()):
        Offering.objects.filter(pk=desk.chemistry.pk).update(pooling=Offering.Pooling.ROUND_ROBIN)
        coaches = [desk.cast.bob.membership, olga]
        share_offering(offering=desk.chemistry, coaches=coaches, now=NOW)
        days = {day: [(9 * 60, 21 * 60)] for day in range(5)}
        replace_hours(coach=olga, time_zone="Europe/Berlin", weekly=days, now=NOW)
        rows = Session.objects.select_related("offering", "coach__user", "client")
        check = partial(check_move, at=evening, version=0, now=NOW)
        assert check(rows.get(pk=session.pk)).soft
        rows.filter(pk=session.pk).update(coach=olga)
        assert not check(rows.get(pk=session.pk)).soft


@pytest.mark.parametrize("step", ["check", "move"])
def test_a_change_meanwhile_is_told_and_nothing_is_moved(
    desk: Desk, visit: Visit, step: str
) -> None:
    session, bob = desk.book(), visit(desk.cast.bob)
    seen = session.calendar_sequence
    assert _move(bob, session, "move", at="2026-11-26T10:00")[0] == 200
    status, page = _move(bob, session, step, version=seen)
    assert status == 409
    assert "was changed meanwhile" in page
    assert "It is now on Thursday 26 November, 10:00 to 11:00." in page
    assert desk.reload(session).starts_at == TUESDAY_TEN + timedelta(days=2)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"at": "soon"}, "Choose a day and a time."),
        ({"at": "2027-03-28T02:30"}, "The clocks go forward that night"),
        ({"zone": "Mars/Olympus"}, "Choose a day and a time."),
        ({"version": ""}, ""),
    ],
)
def test_a_time_that_cannot_be_read_is_refused(
    desk: Desk, visit: Visit, fields: dict[str, str], words: str
) -> None:
    session, bob = desk.book(), visit(desk.cast.bob)
    for step in ("check", "move"):
        data = {"at": "2026-11-25T11:00", "zone": "Europe/Berlin", "version": "0", **fields}
        answer = bob.post(f"{CALENDAR}sessions/{session.pk}/{step}/", data)
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_sessions_of_others_cannot_be_asked_about(desk: Desk, visit: Visit) -> None:
    session = desk.book()
    for person in (desk.cast.olga, desk.cast.mallory, desk.cast.carol, desk.cast.ines):
        for step in ("check", "move"):
            assert _move(visit(person), session, step)[0] == 404


# ---- booking -----------------------------------------------------------------------------------


def _plan(desk: Desk, browser: Browser, **fields: object) -> tuple[int, str]:
    data = {
        "client": desk.cast.carol_client.pk,
        "offering": desk.coaching.pk,
        "start": "2026-11-25T11:00",
        "length": 60,
        "booking_key": uuid4(),
        **fields,
    }
    answer = browser.post(f"{CALENDAR}plan/", data)
    return answer.status_code, " ".join(answer.content.decode().split())


def test_a_session_is_booked_from_the_prefilled_form(desk: Desk, visit: Visit) -> None:
    vera = visit(desk.cast.vera)
    page = _page(vera, f"{CALENDAR}plan/?start=2026-11-25T11:00&length=60")
    assert 'value="2026-11-25T11:00"' in page
    assert "Carol Harbour" in page
    assert "Erin" not in page
    assert _plan(desk, vera)[0] == 302
    with scope(desk.cast.bob.scope()):
        session = Session.objects.get()
    assert session.starts_at == TUESDAY_TEN + timedelta(hours=25)
    assert session.client_id == desk.cast.carol_client.pk


def test_the_invitation_can_be_read_before_anything_is_booked(desk: Desk, visit: Visit) -> None:
    vera = visit(desk.cast.vera)
    status, page = _plan(desk, vera, look="1")
    assert status == 200
    assert "Before it goes out" in page
    assert "carol@harbour.example" in page
    with scope(desk.cast.bob.scope()):
        assert not Session.objects.exists()


def test_booking_over_the_own_rules_is_asked_once_more(desk: Desk, visit: Visit) -> None:
    bob = visit(desk.cast.bob)
    status, page = _plan(desk, bob, start="2026-11-25T20:00")
    assert status == 409
    assert "outside your hours" in page
    assert "Book it all the same" in page
    assert _plan(desk, bob, start="2026-11-25T20:00", anyway="1")[0] == 302


def test_booking_over_a_session_is_refused_with_other_times(desk: Desk, visit: Visit) -> None:
    desk.book()
    status, page = _plan(desk, visit(desk.cast.bob), start="2026-11-24T10:30", anyway="1")
    assert status == 409
    assert "You have another session then." in page
    assert 'name="start" value="2026-11-24T11:30"' in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"length": 30}, "This offering takes 1 hour."),
        ({"start": "yesterday"}, "Choose a day and a time."),
        ({"client": uuid4()}, "Choose another one"),
        ({"offering": "x"}, "Choose another one"),
    ],
)
def test_what_cannot_be_booked_is_explained(
    desk: Desk, visit: Visit, fields: dict[str, object], words: str
) -> None:
    status, page = _plan(desk, visit(desk.cast.bob), **fields)
    assert status == 422
    assert words in page


def test_without_sessions_left_the_form_says_so(desk: Desk, visit: Visit) -> None:
    with scope(desk.cast.bob.scope()):
        Engagement.objects.update(state=Engagement.State.PAUSED)
    status, page = _plan(desk, visit(desk.cast.bob))
    assert status == 422
    assert "no running engagement" in page


# ---- hours -------------------------------------------------------------------------------------

HOURS = f"{CALENDAR}hours/?day=2026-11-24"


def test_hours_of_a_day_are_read_dragged_and_saved(desk: Desk, visit: Visit) -> None:
    bob = visit(desk.cast.bob)
    assert 'value="17:00"' in _page(bob, HOURS)
    dragged = _page(bob, f"{HOURS}&hours=08:30-12:00,13:00-18:00")
    assert 'value="08:30"' in dragged
    assert 'value="18:00"' in dragged
    rows = {"h0-start": "08:30", "h0-end": "12:00", "h1-start": "13:00", "h1-end": "18:00"}
    assert bob.post(HOURS, {**rows, "reach": "day"}).status_code == 302
    with scope(desk.cast.bob.scope()):
        special = ScheduleOverride.objects.get()
    assert (special.on, special.intervals) == (date(2026, 11, 24), [[510, 720], [780, 1080]])
    assert bob.post(HOURS, {**rows, "usual": "1"}).status_code == 302
    assert bob.post(HOURS, {**rows, "reach": "every"}).status_code == 302
    with scope(desk.cast.bob.scope()):
        assert not ScheduleOverride.objects.exists()
        weekly = availability_of(desk.cast.bob.membership.pk, NOW.date()).weekly
    assert weekly[1] == [(510, 720), (780, 1080)]
    assert weekly[2] == [(540, 1020)]


def test_a_day_is_marked_off_in_one_press(desk: Desk, visit: Visit) -> None:
    bob = visit(desk.cast.bob)
    assert bob.post(HOURS, {"off": "1"}).status_code == 302
    assert "Day off" in _page(bob, WEEK)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"h0-start": "09:00", "h0-end": "12:00", "h1-start": "11:00", "h1-end": "13:00"},
         "This overlaps the hours before it."),
        ({"h0-start": "17:00", "h0-end": "09:00"}, "The end is before the start."),
        ({"h0-start": "17:00", "h0-end": ""}, "Until when?"),
    ],
)  # fmt: skip
def test_wrong_hours_of_a_day_are_explained_and_kept(
    desk: Desk, visit: Visit, rows: dict[str, str], words: str
) -> None:
    answer = visit(desk.cast.bob).post(HOURS, {**rows, "reach": "day"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert f'value="{rows["h0-start"]}"' in answer.content.decode()


def test_a_row_is_added_without_saving(desk: Desk, visit: Visit) -> None:
    rows = {"h0-start": "09:00", "h0-end": "12:00", "add": "1"}
    page = visit(desk.cast.bob).post(HOURS, rows).content.decode()
    assert 'name="h1-start"' in page
    with scope(desk.cast.bob.scope()):
        assert not ScheduleOverride.objects.exists()


# ---- what stands there -------------------------------------------------------------------------


def _session(
    desk: Desk,
    *,
    hours: float = 0,
    at: datetime | None = None,
    minutes: int = 60,
    kind: str = Offering.Kind.INDIVIDUAL,
    **fields: object,
) -> Session:
    """Written down as it is, so many hours after Tuesday at ten."""
    starts_at = at or TUESDAY_TEN + timedelta(hours=hours)
    offering = desk.coaching
    if kind != Offering.Kind.INDIVIDUAL:
        offering = Offering.objects.get(pk=desk.coaching.pk)
        offering.pk, offering.kind, offering.slug = uuid7(), kind, f"as-{kind}"
        offering.save(force_insert=True)
    made = {"client": desk.cast.carol_client, "engagement": None, **fields}
    session: Session = Session.objects.create(
        offering=offering,
        coach=desk.cast.bob.membership,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        coach_time_zone="Europe/Berlin",
        booker_time_zone="Europe/Berlin",
        place=Offering.Place.VIDEO,
        booking_key=uuid4(),
        calendar_uid=f"{uuid4()}@coachops.example",
        revised_at=NOW,
        **made,
    )
    return session


def _hold(user: User, *, hours: float, **fields: object) -> Claim:
    starts_at = TUESDAY_TEN + timedelta(hours=hours)
    made = {"state": Claim.State.HELD, "expires_at": NOW + timedelta(minutes=10), **fields}
    claim: Claim = Claim.objects.create(
        resource_id=user.pk, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **made
    )
    return claim


def _busy(desk: Desk, *, hours: float) -> None:
    coach, starts_at = desk.cast.bob, TUESDAY_TEN + timedelta(hours=hours)
    source = BusySource.objects.create(
        coach=coach.membership,
        resource_id=coach.user.pk,
        kind=BusySource.Kind.ICS,
        name="Home",
        host="calendar.example",
        sealed_address=b"sealed",
    )
    BusyBlock.objects.create(
        source=source,
        resource_id=coach.user.pk,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
    )


def _poll(desk: Desk, *, hours: float) -> None:
    starts_at = TUESDAY_TEN + timedelta(hours=hours)
    poll = Poll.objects.create(
        engagement=desk.cast.carol_engagement,
        offering=desk.coaching,
        coach=desk.cast.bob.membership,
        closes_at=starts_at,
    )
    option = PollOption.objects.create(
        poll=poll, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
    )
    _hold(desk.cast.bob.user, hours=hours, hold_key=option.pk, expires_at=starts_at)
