"""The pages, person by person, and without any JavaScript."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coachops.practices.models import Membership
from coachops.practices.services.assistants import assign_assistant, end_assignments
from coachops.practices.services.members import end_membership
from coachops.tenancy.scope import scope, system_scope
from scheduling.forms.groups import WallTimeForm
from scheduling.models import Offering, ScheduleOverride, ScheduleRule, Session
from scheduling.queries.availability import availability_of
from scheduling.services.booking import NotBookable
from scheduling.services.offerings import create_offering
from tests.cast import Person
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.tracking.factories import make_session

COACH, PORTAL, PUBLIC = "/coach/harbour/", "/portal/harbour/", "/book/harbour/"
AT = "20261124T0900Z"

type Visit = Callable[[Person], Browser]


def test_a_client_books_from_the_list_of_days_to_the_confirmation(desk: Desk, visit: Visit) -> None:
    carol = visit(desk.cast.carol)
    page = carol.get(f"{PORTAL}book/?zone=America/New_York&day=2026-11-24").content.decode()
    assert "Choose a time for session 1" in page
    assert "New York, 03:00 now" in page
    assert "6 sessions are left to book" in page
    assert f'value="{AT}"' in page
    chosen = carol.get(f"{PORTAL}book/?zone=America/New_York&at={AT}").content.decode()
    assert "Tue 24 Nov, 04:00 to 05:00" in chosen
    assert "10:00 for Bob." in chosen
    data = {"at": AT, "zone": "America/New_York", "booking_key": str(uuid4())}
    booked = [carol.post(f"{PORTAL}book/", data) for _ in range(2)]
    assert booked[0].status_code == 302
    assert booked[0]["Location"] == booked[1]["Location"]
    session = carol.get(booked[0]["Location"]).content.decode()
    assert "Session 1 of 6" in session
    assert "Free until Monday 23 November, 04:00." in session
    assert "https://rooms.example/bob" in session
    file = carol.get(f"{booked[0]['Location']}calendar.ics")
    assert b"METHOD:REQUEST" in file.content


def test_a_time_that_is_gone_answers_409_with_other_times(desk: Desk, visit: Visit) -> None:
    desk.book()
    data = {"at": AT, "zone": "Europe/Berlin", "booking_key": str(uuid4())}
    answer = visit(desk.cast.carol).post(f"{PORTAL}book/", data)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "that time is taken" in page
    assert "Tue 24 Nov, 11:30" in page


def test_without_sessions_left_the_page_says_so(desk: Desk, visit: Visit) -> None:
    for day in range(6):
        desk.book(TUESDAY_TEN + timedelta(days=7 * (day // 3) + day % 3))
    page = visit(desk.cast.carol).get(f"{PORTAL}book/")
    assert page.status_code == 200
    assert "All your sessions are booked or used." in page.content.decode()


def test_a_client_moves_and_cancels_within_the_policy(desk: Desk, visit: Visit) -> None:
    session = desk.book()
    carol = visit(desk.cast.carol)
    address = f"{PORTAL}sessions/{session.pk}/"
    assert "Choose another time" in carol.get(f"{address}move/").content.decode()
    moved = carol.post(f"{address}move/", {"at": "20261125T0900Z", "zone": "Europe/Berlin"})
    assert moved.status_code == 302
    assert desk.reload(session).starts_at == TUESDAY_TEN + timedelta(days=1)
    assert "Cancelling now costs nothing" in carol.get(f"{address}cancel/").content.decode()
    assert carol.post(f"{address}cancel/").status_code == 302
    assert desk.reload(session).cancelled_by == "client"
    assert "Cancelled" in carol.get(address).content.decode()


def test_a_guest_books_with_name_and_address_and_keeps_what_was_typed(desk: Desk) -> None:
    guest = Browser()
    first = guest.get(f"{PUBLIC}chemistry-call/?at={AT}&zone=Asia/Singapore").content.decode()
    assert "Tue 24 Nov, 17:00 to 17:30" in first
    typed = {"at": AT, "zone": "Asia/Singapore", "name": "Gina", "booking_key": str(uuid4())}
    wrong = guest.post(f"{PUBLIC}chemistry-call/", {**typed, "email": "gina@"})
    assert wrong.status_code == 422
    assert 'value="gina@"' in wrong.content.decode()
    done = guest.post(f"{PUBLIC}chemistry-call/", {**typed, "email": "gina@new.example"})
    assert done.status_code == 302
    assert "You are booked" in guest.get(done["Location"]).content.decode()
    late = guest.post(
        f"{PUBLIC}chemistry-call/",
        {**typed, "booking_key": str(uuid4()), "name": "Gus", "email": "gus@new.example"},
    )
    assert late.status_code == 409
    page = late.content.decode()
    assert 'value="Gus"' in page
    assert 'value="gus@new.example"' in page


def test_a_coach_reads_the_mails_before_booking_and_before_moving(desk: Desk, visit: Visit) -> None:
    bob, carol = visit(desk.cast.bob), desk.cast.carol.user.email
    book = f"{COACH}clients/{desk.cast.carol_client.pk}/book/?offering={desk.coaching.pk}"
    data = {"at": AT, "zone": "Europe/Berlin", "booking_key": str(uuid4()), "look": "1"}
    assert 'name="look"' in bob.get(f"{book}&at={AT}").content.decode()
    looked = bob.post(book, data).content.decode()
    assert (carol in looked, f'value="{AT}"' in looked) == (True, True)
    with scope(desk.cast.bob.scope()):
        assert not Session.objects.exists()
    session = desk.book()
    move, later = f"{COACH}sessions/{session.pk}/move/", "20261125T0900Z"
    assert 'name="look"' in bob.get(f"{move}?at={later}").content.decode()
    looked = bob.post(move, {**data, "at": later}).content.decode()
    assert (carol in looked, "Wednesday 25 November" in looked) == (True, True)
    assert desk.reload(session).starts_at == TUESDAY_TEN
    own = f"{PORTAL}sessions/{session.pk}/move/?at={later}"
    assert 'name="look"' not in visit(desk.cast.carol).get(own).content.decode()


@pytest.mark.parametrize("address", ["coaching-session/", "nothing/"])
def test_only_what_anybody_may_book_is_public(desk: Desk, address: str) -> None:
    assert Browser().get(f"{PUBLIC}{address}").status_code == 404
    assert Browser().get(f"/book/lagoon/{address}").status_code == 404
    assert Browser().get("/book/lagoon/chemistry-call/").status_code == 404


def _addresses(desk: Desk, session: Session) -> list[str]:
    return [
        f"{COACH}calendar/",
        f"{COACH}availability/",
        f"{COACH}offerings/",
        f"{COACH}offerings/{desk.coaching.pk}/",
        f"{COACH}outcomes/",
        f"{COACH}sessions/{session.pk}/move/",
        f"{COACH}sessions/{session.pk}/cancel/",
        f"{COACH}clients/{desk.cast.carol_client.pk}/book/",
    ]


def test_coach_and_assistant_open_every_page_and_others_do_not(desk: Desk, visit: Visit) -> None:
    session = desk.book()
    cast = desk.cast
    for person, statuses in (
        (cast.bob, {200}),
        (cast.vera, {200}),
        (cast.alice, {200}),
        (cast.ines, {404}),
        (cast.mallory, {404}),
        (cast.carol, {404}),
    ):
        browser = visit(person)
        found = {browser.get(address).status_code for address in _addresses(desk, session)}
        assert found == statuses, person.membership.name
    olga = visit(cast.olga)
    hidden = [address for address in _addresses(desk, session) if str(session.pk) in address]
    hidden += [
        f"{COACH}offerings/{desk.coaching.pk}/",
        f"{COACH}availability/?coach={cast.bob.membership.pk}",
    ]
    assert {olga.get(address).status_code for address in hidden} == {404}


def test_another_client_sees_nothing_of_a_session(desk: Desk, visit: Visit) -> None:
    session = desk.book()
    for person in (desk.cast.dave, desk.cast.erin, desk.cast.bob, desk.cast.sam):
        browser = visit(person)
        for page in ("", "move/", "cancel/", "calendar.ics"):
            assert browser.get(f"{PORTAL}sessions/{session.pk}/{page}").status_code == 404
    with scope(desk.cast.bob.scope()):
        assert Session.objects.booked().count() == 1


def test_hours_are_added_removed_and_saved_without_scripts(desk: Desk, visit: Visit) -> None:
    bob, address = visit(desk.cast.bob), f"{COACH}availability/"
    week = {
        "time_zone": "Europe/Berlin",
        "d0-0-start": "09:00",
        "d0-0-end": "12:00",
        "d0-1-start": "13:00",
        "d0-1-end": "17:00",
        "d4-0-start": "22:00",
        "d4-0-end": "02:00",
    }
    added = bob.post(address, {**week, "add": "2"}).content.decode()
    assert 'name="d2-0-start"' in added
    assert 'value="13:00"' in added
    removed = bob.post(address, {**week, "remove": "0-0"}).content.decode()
    assert 'name="d0-1-start"' not in removed
    with scope(desk.cast.bob.scope()):
        assert ScheduleRule.objects.count() == 5
    assert bob.post(address, week).status_code == 302
    with scope(desk.cast.bob.scope()):
        weekly = availability_of(desk.cast.bob.membership.pk, NOW.date()).weekly
    assert weekly == {0: [(540, 720), (780, 1020)], 4: [(1320, 1560)]}


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ({"d0-0-start": "09:00", "d0-0-end": "12:00", "d0-1-start": "11:00", "d0-1-end": "13:00"},
         "This overlaps the hours before it."),
        ({"d0-0-start": "17:00", "d0-0-end": "09:00"}, "The end is before the start."),
        ({"d0-0-start": "9 o'clock", "d0-0-end": "10:00"}, "Write a time such as 9:00."),
        ({"d0-0-start": "09:00", "d0-0-end": ""}, "Until when?"),
        ({"d6-0-start": "22:00", "d6-0-end": "03:00", "d0-0-start": "02:00", "d0-0-end": "04:00"},
         "This overlaps the hours of the night before."),
    ],
)  # fmt: skip
def test_wrong_hours_are_explained_beside_the_field_and_kept(
    desk: Desk, visit: Visit, rows: dict[str, str], error: str
) -> None:
    answer = visit(desk.cast.bob).post(
        f"{COACH}availability/", {"time_zone": "Europe/Berlin", **rows}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert error in page
    assert all(f'value="{text}"'.replace("'", "&#x27;") in page for text in rows.values() if text)


def test_one_click_gives_a_new_coach_hours(desk: Desk, visit: Visit) -> None:
    olga, address = visit(desk.cast.olga), f"{COACH}availability/"
    assert "The usual working week?" in olga.get(address).content.decode()
    assert olga.post(address, {"default": "1"}).status_code == 302
    assert "The usual working week?" not in olga.get(address).content.decode()


def test_days_off_are_added_and_forgotten(desk: Desk, visit: Visit) -> None:
    bob = visit(desk.cast.bob)
    days = f"{COACH}availability/days/"
    assert bob.post(days, {"first": "2026-12-23", "last": "2026-12-31"}).status_code == 302
    with scope(desk.cast.bob.scope()):
        assert ScheduleOverride.objects.count() == 9
    assert bob.post(days, {"first": "2026-12-23", "last": "2026-12-20"}).status_code == 422
    bob.post(f"{days}forget/", {"first": "2026-12-24"})
    with scope(desk.cast.bob.scope()):
        assert ScheduleOverride.objects.count() == 8


def test_an_offering_is_made_from_a_name_and_its_link_handed_out(desk: Desk, visit: Visit) -> None:
    bob = visit(desk.cast.bob)
    fields = {
        "name": "First talk",
        "kind": "chemistry",
        "bookers": "anybody",
        "duration": "30",
        "place": "phone",
        "step": "30",
        "buffer_before": "0",
        "buffer_after": "15",
        "notice": "1440",
        "horizon_days": "60",
        "change_notice": "1440",
        "reminders": ["2880", "120"],
    }
    made = bob.post(f"{COACH}offerings/new/", fields)
    assert made.status_code == 302
    assert (
        f"{settings.BASE_URL}/book/harbour/first-talk/"
        in bob.get(made["Location"]).content.decode()
    )
    assert Browser().get(f"{PUBLIC}first-talk/").status_code == 200
    changed = bob.post(made["Location"], {**fields, "name": "", "duration": "45"})
    assert changed.status_code == 422
    assert 'value="45"' in changed.content.decode()
    bob.post(f"{made['Location']}archive/")
    assert Browser().get(f"{PUBLIC}first-talk/").status_code == 404


def test_the_coach_books_for_a_client_and_over_the_own_rules(desk: Desk, visit: Visit) -> None:
    bob = visit(desk.cast.vera)
    address = f"{COACH}clients/{desk.cast.carol_client.pk}/book/"
    evening = bob.get(
        f"{address}?offering={desk.coaching.pk}&other=2026-11-24T20:00"
    ).content.decode()
    assert "outside your hours" in evening
    data = {"at": "20261124T1900Z", "zone": "Europe/Berlin", "booking_key": str(uuid4())}
    booked = bob.post(f"{address}?offering={desk.coaching.pk}", data)
    assert booked.status_code == 302
    with scope(desk.cast.bob.scope()):
        assert Session.objects.get().client_id == desk.cast.carol_client.pk


def test_what_the_clients_own_coach_offers_comes_first(desk: Desk, visit: Visit) -> None:
    """For whoever books for several coaches, whichever of them comes first by name."""
    page = f"{COACH}clients/{desk.cast.carol_client.pk}/book/"
    with scope(system_scope(desk.cast.practice.pk)):
        olga, now = desk.cast.olga.membership, timezone.now()
        assign_assistant(assistant=desk.cast.vera.membership, coaches=None, now=now)
        Membership.objects.filter(pk=olga.pk).update(name="Aaron")
        Offering.objects.filter(pk=desk.coaching.pk).update(name="With Bob")
        create_offering(
            coach=olga,
            name="With Olga",
            kind=Offering.Kind.INDIVIDUAL,
            bookers=Offering.Bookers.CLIENTS,
            now=now,
        )
    shown = visit(desk.cast.vera).get(page).content.decode()
    assert 0 < shown.index("With Bob") < shown.index("With Olga")
    assert "no running engagement" not in shown


def test_whoever_works_for_several_coaches_finds_all_their_outcomes(
    desk: Desk, visit: Visit
) -> None:
    cast = desk.cast
    with scope(system_scope(cast.practice.pk)):
        assign_assistant(assistant=cast.vera.membership, coaches=None, now=timezone.now())
        make_session(cast.carol_client, cast.carol_engagement, cast.bob.membership, days=-2)
        make_session(cast.dave_client, None, cast.olga.membership, days=-1)
    shown = visit(cast.vera).get(f"{COACH}outcomes/").content.decode()
    assert "Carol Harbour" in shown
    assert "Dave Harbour" in shown
    assert "I cancelled" not in shown
    one = visit(cast.vera).get(f"{COACH}outcomes/?coach={cast.olga.membership.pk}")
    assert "Carol Harbour" not in one.content.decode()
    assert "I cancelled" in visit(cast.bob).get(f"{COACH}outcomes/").content.decode()


def test_the_week_shows_sessions_and_those_without_an_outcome(
    desk: Desk, visit: Visit, monday: object
) -> None:
    session = desk.book()
    bob = visit(desk.cast.bob)
    page = bob.get(f"{COACH}calendar/?week=2026-11-24").content.decode()
    assert "23 to 27 November" in page
    assert "10:00 to 11:00" in page
    monday.move_to(TUESDAY_TEN + timedelta(hours=2))  # type: ignore[attr-defined]
    bob = visit(desk.cast.bob)
    week = bob.get(f"{COACH}calendar/").content.decode()
    assert "One session is over" in week
    assert f"{COACH}outcomes/?coach={desk.cast.bob.membership.pk}" in week, "those that it counts"
    outcome = {"outcome": "held", "next": f"{COACH}outcomes/"}
    told = bob.post(f"{COACH}sessions/{session.pk}/outcome/", outcome)
    assert told["Location"] == f"{COACH}outcomes/"
    assert desk.reload(session).outcome == "held"
    assert "Nothing to confirm" in bob.get(f"{COACH}outcomes/").content.decode()


@pytest.mark.parametrize(
    ("path", "most"),
    [("coach/harbour/calendar/?week=2026-11-24", 10), ("portal/harbour/sessions/", 10)],
)
def test_lists_take_the_same_queries_with_one_and_three_rows(
    desk: Desk, visit: Visit, path: str, most: int
) -> None:
    browser = visit(desk.cast.bob if path.startswith("coach") else desk.cast.carol)
    counts = []
    desk.book()
    for day in (1, 2, None):
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(f"/{path}").status_code == 200
        counts.append(len(captured))
        if day:
            desk.book(TUESDAY_TEN + timedelta(days=day))
    statements = [query["sql"] for query in captured if "set_config" not in query["sql"]]
    assert len(set(counts)) == 1
    assert len(statements) <= most, statements


def test_an_offering_reminds_as_the_practice_does_until_it_says_otherwise(desk: Desk) -> None:
    with scope(desk.cast.bob.scope()):
        assert Offering.objects.get(pk=desk.coaching.pk).reminders is None


def test_nobody_books_with_a_coach_who_left(desk: Desk, visit: Visit) -> None:
    with scope(desk.cast.alice.scope()):
        end_membership(membership=desk.cast.bob.membership, now=NOW)
        assert not Offering.objects.filter(archived_at=None).exists()
        Offering.objects.update(archived_at=None)
    assert Browser().get(f"{PUBLIC}chemistry-call/").status_code == 404
    assert "Write to the practice" in visit(desk.cast.carol).get(f"{PORTAL}book/").content.decode()
    with pytest.raises(NotBookable):
        desk.book()


def test_without_a_coach_to_look_after_the_pages_teach(desk: Desk, visit: Visit) -> None:
    with scope(desk.cast.alice.scope()):
        end_assignments(assistant=desk.cast.vera.membership, now=NOW - timedelta(days=2))
    vera = visit(desk.cast.vera)
    for page in ("calendar/", "availability/"):
        answer = vera.get(f"{COACH}{page}")
        assert answer.status_code == 200
        assert "There is no coach to look after yet" in answer.content.decode()


@pytest.mark.parametrize("by", ["email", "membership"])
def test_an_assistant_reaches_the_own_sessions_as_a_client_alone(
    desk: Desk, visit: Visit, by: str
) -> None:
    session = desk.book()
    address = f"{COACH}sessions/{session.pk}/cancel/"
    assert visit(desk.cast.vera).get(address).status_code == 200
    with scope(desk.cast.bob.scope()):
        client = desk.cast.carol_client
        if by == "email":
            client.email = desk.cast.vera.user.email.title()
        else:
            desk.cast.carol.membership.user = desk.cast.vera.user
            desk.cast.carol.membership.save(update_fields=["user"])
        client.save(update_fields=["email"])
    assert visit(desk.cast.vera).get(address).status_code == 404
    assert visit(desk.cast.bob).get(address).status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["abc", "//evil.example/", "https://testserver/x", "/\\\\e.x"]
)
def test_an_outcome_leads_back_to_our_own_paths_alone(
    desk: Desk, visit: Visit, elsewhere: str
) -> None:
    address = f"{COACH}sessions/{desk.book().pk}/outcome/"
    bob = visit(desk.cast.bob)
    assert bob.post(address, {"next": elsewhere})["Location"] == f"{COACH}calendar/"
    assert bob.post(address, {"next": "/coach/harbour/?x=1"})["Location"] == "/coach/harbour/?x=1"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_all_calendars_is_refused_or_means_today(
    desk: Desk, visit: Visit, day: str
) -> None:
    bob, client = visit(desk.cast.bob), desk.cast.carol_client.pk
    for view in ("day", "week", "month", "agenda"):
        assert bob.get(f"{COACH}calendar/?view={view}&on={day}").status_code == 200
    assert bob.get(f"{COACH}clients/{client}/book/?other={day}T10:00").status_code == 200
    plan = {"client": client, "offering": desk.coaching.pk, "start": f"{day}T10:00", "length": 60}
    assert bob.post(f"{COACH}calendar/plan/", plan).status_code == 422
    links = f"{COACH}offerings/{desk.chemistry.pk}/links/"
    assert bob.post(links, {"expires_on": day}).status_code == 422
    form = WallTimeForm({"day": day, "at": "10:00"}, offering=desk.coaching)
    assert "day" in form.errors
