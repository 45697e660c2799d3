"""The pages of groups and series, person by person."""

from collections.abc import Callable
from datetime import UTC, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client as Browser

from coachops.tenancy.scope import scope
from programs.services.ledger import open_account
from scheduling.models import Offering, Seat, Series, Session
from scheduling.services.seats import settle_the_rest
from tests.cast import Person
from tests.scheduling.conftest import Desk
from tests.scheduling.groups_world import MONDAY_FIVE, Circle, build_circle
from tracking.queries.reports_attendance import attendance_of

COACH, PORTAL = "/coach/harbour/", "/portal/harbour/"
THREE = ["20261124T0900Z", "20261201T0900Z", "20261208T0900Z"]

type Visit = Callable[[Person], Browser]


@pytest.fixture
def circle(desk: Desk) -> Circle:
    return build_circle(desk.cast, make_ups=1)


def test_a_coach_schedules_a_group_for_the_people_they_tick(circle: Circle, visit: Visit) -> None:
    bob = visit(circle.cast.bob)
    assert "Leadership circle" in bob.get(f"{COACH}groups/new/").content.decode()
    data = {
        "day": "2026-11-30",
        "at": "17:00",
        "topic": "Delegating",
        "capacity": "3",
        "people": [str(client.pk) for client in circle.crowd[:2]],
        "booking_key": str(uuid4()),
    }
    scheduled = bob.post(f"{COACH}groups/new/", data)
    assert scheduled.status_code == 302
    roster = bob.get(scheduled["Location"]).content.decode()
    assert "Monday 30 November 2026, 17:00" in roster
    assert "2 of 3 places taken" in roster
    again = bob.post(f"{COACH}groups/new/", {**data, "booking_key": str(uuid4())})
    assert again.status_code == 409
    assert "That time is not free" in again.content.decode()


def test_a_time_that_does_not_exist_and_too_many_people_are_said_beside_the_field(
    circle: Circle, visit: Visit
) -> None:
    answer = visit(circle.cast.bob).post(
        f"{COACH}groups/new/",
        {
            "day": "2027-03-28",
            "at": "02:30",
            "capacity": "2",
            "people": [str(client.pk) for client in circle.crowd[:3]],
            "booking_key": str(uuid4()),
        },
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "this time does not exist" in page
    assert "more people than places" in page


def test_a_client_joins_waits_and_leaves(circle: Circle, visit: Visit) -> None:
    session = circle.schedule(*circle.crowd[:3], topic="Delegating")
    carol, address = visit(circle.cast.carol), f"{PORTAL}groups/{session.pk}/"
    assert "Delegating" in carol.get(f"{PORTAL}groups/").content.decode()
    page = carol.get(address).content.decode()
    assert "Join the waiting list" in page
    assert "Person00" not in page
    carol.post(f"{address}join/")
    assert "You are the first on the waiting list." in carol.get(address).content.decode()
    with scope(circle.cast.bob.scope()):
        seat = Seat.objects.get(session=session, client=circle.crowd[0])
    visit(circle.cast.bob).post(f"{COACH}groups/places/{seat.pk}/remove/")
    page = carol.get(address).content.decode()
    assert "Person01, Person02" in page
    assert "Secretname" not in page
    assert b"METHOD:REQUEST" in carol.get(f"{address}calendar.ics").content
    assert "It costs nothing" in carol.get(f"{address}leave/").content.decode()
    assert carol.post(f"{address}leave/").status_code == 302
    assert circle.reload(session).taken == 2


def test_attendance_is_noted_on_the_roster(circle: Circle, visit: Visit) -> None:
    session = circle.schedule(*circle.crowd[:2])
    with scope(circle.cast.bob.scope()):
        seat = Seat.objects.get(session=session, client=circle.crowd[0])
    with time_machine.travel(MONDAY_FIVE + timedelta(hours=2), tick=False):
        bob = visit(circle.cast.bob)
        waiting = bob.get(f"{COACH}outcomes/").content.decode()
        assert "Leadership circle" in waiting
        bob.post(f"{COACH}groups/places/{seat.pk}/outcome/", {"outcome": "no_show"})
        bob.post(f"{COACH}groups/{session.pk}/everybody/")
        roster = bob.get(f"{COACH}groups/{session.pk}/").content.decode()
    assert "Offer a make-up" in roster
    assert circle.reload(session).outcome == "held"


def test_the_pages_of_other_sessions_know_groups(circle: Circle, visit: Visit) -> None:
    session = circle.schedule(*circle.crowd[:2], topic="Delegating")
    bob = visit(circle.cast.bob)
    for path in ("calendar/?week=2026-11-30", "", "search/?q=dele", "groups/"):
        assert bob.get(f"{COACH}{path}").status_code == 200
    assert "Delegating" in bob.get(f"{COACH}calendar/?week=2026-11-30").content.decode()
    move = f"{COACH}sessions/{session.pk}/move/"
    assert bob.get(move).status_code == 200
    assert bob.post(move, {"at": "20261201T1600Z", "zone": "Europe/Berlin"}).status_code == 302
    assert circle.reload(session).calendar_sequence == 1
    assert bob.post(f"{COACH}sessions/{session.pk}/cancel/").status_code == 302
    assert circle.reload(session).is_cancelled


def test_a_place_stands_where_the_client_looks_for_sessions(circle: Circle, visit: Visit) -> None:
    session = circle.schedule(circle.cast.carol_client, topic="Delegating")
    full = circle.schedule(*circle.crowd[:3], at=MONDAY_FIVE + timedelta(days=1), topic="Deciding")
    circle.join(full, circle.cast.carol_client)
    carol = visit(circle.cast.carol)
    home = carol.get(PORTAL).content.decode()
    assert "Delegating, in a group with Bob Harbour." in home
    assert f"{PORTAL}groups/{session.pk}/" in home
    assert f"{PORTAL}groups/{full.pk}/" in home
    ahead = carol.get(f"{PORTAL}sessions/").content.decode()
    assert ahead.index("Delegating") < ahead.index("Deciding")
    assert "Waiting" in ahead
    with time_machine.travel(MONDAY_FIVE + timedelta(hours=2), tick=False):
        with scope(circle.cast.bob.scope()):
            settle_the_rest(session=session, now=MONDAY_FIVE + timedelta(hours=2))
        assert "Took part" in visit(circle.cast.carol).get(f"{PORTAL}sessions/").content.decode()


def test_a_place_that_was_taken_away_is_told_as_cancelled_and_not_offered_again(
    circle: Circle, visit: Visit
) -> None:
    session = circle.schedule(circle.cast.carol_client, *circle.crowd[:1], topic="Delegating")
    with scope(circle.cast.bob.scope()):
        Offering.objects.update(bookers=Offering.Bookers.SECRET)
        seat = Seat.objects.get(client=circle.cast.carol_client)
    visit(circle.cast.bob).post(f"{COACH}groups/places/{seat.pk}/remove/")
    carol = visit(circle.cast.carol)
    assert "Cancelled" in carol.get(f"{PORTAL}sessions/").content.decode()
    page = carol.get(f"{PORTAL}groups/{session.pk}/").content.decode()
    assert "Take a place" not in page
    assert "Person00" not in page
    assert carol.post(f"{PORTAL}groups/{session.pk}/join/").status_code == 404


def test_a_place_stands_on_the_clients_page_and_counts_in_their_story(
    circle: Circle, visit: Visit
) -> None:
    engagement = circle.cast.carol_engagement
    session = circle.schedule(circle.cast.carol_client, draws_on_ledger=True, topic="Delegating")
    address = f"{COACH}clients/{circle.cast.carol_client.pk}/"
    page = visit(circle.cast.bob).get(address).content.decode()
    assert "Open the group" in page
    assert page.count(f"{COACH}groups/{session.pk}/") == 2
    after = MONDAY_FIVE + timedelta(hours=2)
    with time_machine.travel(after, tick=False):
        with scope(circle.cast.bob.scope()):
            settle_the_rest(session=session, now=after)
            [attended] = attendance_of(engagement.pk, UTC)
        page = visit(circle.cast.bob).get(address).content.decode()
    assert "One session held" in page
    assert (attended.on, attended.took_place) == (MONDAY_FIVE.date(), True)


def test_a_sponsor_is_told_of_no_group_outside_of_their_engagement(circle: Circle) -> None:
    session = circle.schedule(circle.cast.carol_client)
    with scope(circle.cast.bob.scope()):
        settle_the_rest(session=session, now=MONDAY_FIVE + timedelta(hours=2))
        assert attendance_of(circle.cast.carol_engagement.pk, UTC) == ()


def test_a_client_takes_another_date_instead(circle: Circle, visit: Visit) -> None:
    first = circle.schedule(circle.cast.carol_client)
    second = circle.schedule(at=MONDAY_FIVE + timedelta(days=7))
    carol, address = visit(circle.cast.carol), f"{PORTAL}groups/{first.pk}/move/"
    assert "Monday 7 December 2026" in carol.get(address).content.decode()
    assert carol.post(address, {"date": str(second.pk)}).status_code == 302
    assert [circle.reload(each).taken for each in (first, second)] == [0, 1]


def test_another_coach_sees_nothing_of_it(circle: Circle, visit: Visit) -> None:
    session = circle.schedule(*circle.crowd[:2])
    olga = visit(circle.cast.olga)
    assert olga.get(f"{COACH}groups/{session.pk}/").status_code == 404


def test_a_client_books_a_series_from_the_list_of_dates(desk: Desk, visit: Visit) -> None:
    carol = visit(desk.cast.carol)
    address = f"{PORTAL}series/new/?rhythm=weekly&times=3&at={THREE[0]}"
    page = carol.get(address).content.decode()
    assert "3 of 3 free" in page
    data = {"rhythm": "weekly", "at": THREE, "booking_key": str(uuid4())}
    booked = [carol.post(address, data) for _ in range(2)]
    assert {answer["Location"] for answer in booked} == {booked[0]["Location"]}
    series = carol.get(booked[0]["Location"]).content.decode()
    assert "Session 3 of 6" in series
    assert carol.get(f"{booked[0]['Location']}cancel/").status_code == 200
    assert carol.post(f"{booked[0]['Location']}cancel/").status_code == 302
    with scope(desk.cast.bob.scope()):
        assert not Session.objects.booked().exists()


def test_a_date_that_went_meanwhile_books_nothing_and_offers_others(
    desk: Desk, visit: Visit
) -> None:
    with scope(desk.cast.bob.scope()):
        open_account(engagement=desk.cast.dave_engagement, sessions=3, now=MONDAY_FIVE)
    desk.book()
    data = {"rhythm": "weekly", "at": THREE, "booking_key": str(uuid4())}
    address = f"{COACH}clients/{desk.cast.dave_client.pk}/series/"
    answer = visit(desk.cast.bob).post(f"{address}?rhythm=weekly&times=3&at={THREE[0]}", data)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Tuesday 24 November, 10:00 can no longer be booked" in page
    assert "Tue 24 Nov, 11:30" in page
    with scope(desk.cast.bob.scope()):
        assert not Series.objects.exists()


def test_one_date_alone_is_sent_back(desk: Desk, visit: Visit) -> None:
    data = {"rhythm": "weekly", "at": THREE[:1], "booking_key": str(uuid4())}
    answer = visit(desk.cast.carol).post(f"{PORTAL}series/new/?at={THREE[0]}", data)
    assert answer.status_code == 422
    assert "Choose at least 2 dates" in answer.content.decode()
