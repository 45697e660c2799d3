"""Calendar feeds: made once, read often, taken back at once."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client as Browser
from icalendar import Calendar

from clients.models import Client
from coachops.practices.models import Membership
from coachops.practices.services.members import end_membership
from coachops.tenancy.scope import scope, system_scope
from coachops.web import limits
from scheduling.emails import invitation_of
from scheduling.invitations import write_invitation
from scheduling.models import CalendarFeed, Seat, Session
from scheduling.policies import CancelledBy
from scheduling.services.changes import cancel_session, move_session
from scheduling.services.feeds import make_feed, revoke_feed
from scheduling.services.seats import leave_group
from tests.cast import Person
from tests.contracts.counting import counted
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.groups_world import build_circle

FULL, BUSY = CalendarFeed.Kind.FULL, CalendarFeed.Kind.BUSY
PAGE = "/coach/harbour/calendars/"


@pytest.fixture(autouse=True)
def _no_limit_from_before() -> None:
    limits._windows.clear()


def address_for(person: Person, kind: CalendarFeed.Kind = FULL) -> str:
    with scope(person.scope()):
        return urlsplit(make_feed(membership=person.membership, kind=kind, now=NOW)).path


def read(path: str, **headers: str) -> HttpResponse:
    return Browser().get(path, headers=headers)


def events(path: str) -> list:
    return Calendar.from_ical(read(path).content).walk("VEVENT")


def summaries(path: str) -> list[str]:
    return [str(event["SUMMARY"]) for event in events(path)]


# ---- what stands in it ------------------------------------------------------------------------
def test_event_has_the_identity_and_the_revision_of_its_invitation(desk: Desk) -> None:
    session = desk.book()
    with scope(desk.cast.bob.scope()):
        session = move_session(
            session=session,
            starts_at=TUESDAY_TEN + timedelta(hours=3),
            now=NOW + timedelta(minutes=5),
            by_coach=True,
        )
        invited = Calendar.from_ical(write_invitation(invitation_of(session))).walk("VEVENT")[0]
    (shown,) = events(address_for(desk.cast.bob))
    for name in ("UID", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND"):
        assert shown[name].to_ical() == invited[name].to_ical()
    assert (shown["SEQUENCE"], invited["SEQUENCE"]) == (1, 1)


def test_coach_reads_names_and_client_reads_the_neutral_title(desk: Desk) -> None:
    desk.book()
    desk.book_guest(TUESDAY_TEN + timedelta(hours=4))
    assert summaries(address_for(desk.cast.bob)) == [
        "Carol Harbour · Meeting",
        "Gina Guest · Chemistry call",
    ]
    assert summaries(address_for(desk.cast.carol)) == ["Meeting"]


def test_busy_feed_says_when_and_nothing_else(desk: Desk) -> None:
    desk.book()
    for person in (desk.cast.bob, desk.cast.carol):
        path = address_for(person, BUSY)
        (event,) = events(path)
        assert (str(event["SUMMARY"]), "LOCATION" in event) == ("Busy", False)
        assert not any(word in read(path).content.decode() for word in ("Carol", "Bob", "rooms"))


def test_each_reads_their_own_alone(desk: Desk) -> None:
    desk.book()
    for person in (desk.cast.dave, desk.cast.olga):
        assert events(address_for(person)) == []


def test_assistant_and_owner_read_the_sessions_they_look_after(desk: Desk) -> None:
    desk.book()
    assert len(events(address_for(desk.cast.vera))) == 1
    assert len(events(address_for(desk.cast.alice))) == 1


def test_ones_own_sessions_as_a_client_stand_in_no_feed_of_work(desk: Desk) -> None:
    """Also where the client's record names another address than the one they sign in with."""
    desk.book()
    assert len(events(address_for(desk.cast.vera))) == 1
    with scope(system_scope(desk.cast.vera.membership.practice_id)):
        Membership.objects.filter(pk=desk.cast.carol.membership.pk).update(user=desk.cast.vera.user)
    assert events(address_for(desk.cast.vera, BUSY)) == []


def test_cancelled_session_stays_thirty_days_as_cancelled(
    desk: Desk, monday: time_machine.Traveller
) -> None:
    session = desk.book(TUESDAY_TEN + timedelta(days=28))
    with scope(desk.cast.bob.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=NOW)
    path = address_for(desk.cast.carol)
    for days, number in ((0, 1), (29, 1), (31, 0)):
        monday.move_to(NOW + timedelta(days=days))
        assert len(events(path)) == number
    monday.move_to(NOW)
    (event,) = events(path)
    assert (str(event["STATUS"]), str(event["TRANSP"])) == ("CANCELLED", "TRANSPARENT")


def test_window_is_ninety_days_back_and_a_year_ahead(desk: Desk) -> None:
    session = desk.book()
    path = address_for(desk.cast.bob)
    for days, number in ((-91, 0), (-89, 1), (364, 1), (366, 0)):
        start = NOW + timedelta(days=days)
        with scope(desk.cast.bob.scope()):
            Session.objects.filter(pk=session.pk).update(
                starts_at=start, ends_at=start + timedelta(hours=1)
            )
        assert len(events(path)) == number


def test_feed_tells_programmes_when_to_look_again(desk: Desk) -> None:
    calendar = Calendar.from_ical(read(address_for(desk.cast.bob)).content)
    assert "METHOD" not in calendar
    assert "UID" not in calendar
    assert calendar["X-PUBLISHED-TTL"] == "PT15M"


def test_group_stands_in_every_feed_as_its_reader_may_know_it(desk: Desk) -> None:
    circle = build_circle(desk.cast, capacity=2)
    session = circle.schedule(desk.cast.carol_client, circle.crowd[0], topic="Delegating")
    circle.join(session, desk.cast.dave_client)
    assert summaries(address_for(desk.cast.bob)) == ["Delegating"]
    for person, kind, title in (
        (desk.cast.carol, FULL, "Meeting"),
        (desk.cast.carol, BUSY, "Busy"),
        (desk.cast.bob, BUSY, "Busy"),
    ):
        path = address_for(person, kind)
        [event] = events(path)
        assert (str(event["SUMMARY"]), str(event["UID"])) == (title, session.calendar_uid)
        content = read(path).content.decode()
        assert not any(word in content for word in ("Person", "Dave", "Delegating"))
    assert events(address_for(desk.cast.dave)) == [], "whoever only waits is not busy"


def test_place_given_up_is_cancelled_in_ones_own_feed_alone(desk: Desk) -> None:
    circle = build_circle(desk.cast)
    session = circle.schedule(desk.cast.carol_client, circle.crowd[0])
    with scope(desk.cast.bob.scope()):
        seat = Seat.objects.get(client=desk.cast.carol_client)
        leave_group(seat=seat, left_by=CancelledBy.CLIENT, now=NOW)
    for kind in (FULL, BUSY):
        [mine] = events(address_for(desk.cast.carol, kind))
        assert (str(mine["STATUS"]), int(mine["SEQUENCE"])) == ("CANCELLED", 1)
        [theirs] = events(address_for(desk.cast.bob, kind))
        assert str(theirs.get("STATUS")) != "CANCELLED"
    circle.join(session, desk.cast.carol_client)
    [mine] = events(address_for(desk.cast.carol))
    assert (str(mine.get("STATUS")) != "CANCELLED", int(mine["SEQUENCE"])) == (True, 2)


# ---- polling ----------------------------------------------------------------------------------
def test_unchanged_feed_is_the_same_byte_for_byte_and_then_not_sent(
    desk: Desk, monday: time_machine.Traveller
) -> None:
    desk.book()
    path = address_for(desk.cast.bob)
    first = read(path)
    monday.shift(timedelta(hours=7))
    second = read(path)
    assert first.content == second.content
    third = read(path, if_none_match=first["ETag"])
    assert (third.status_code, third.content) == (304, b"")
    assert third["ETag"] == first["ETag"]


def test_unchanged_poll_costs_one_statement(desk: Desk) -> None:
    desk.book()
    path = address_for(desk.cast.bob)
    etag = read(path)["ETag"]
    with counted() as statements:
        assert read(path, if_none_match=f'W/"old", {etag}').status_code == 304
    assert len(statements) == 1
    with counted() as statements:
        assert read(path).status_code == 200
    assert len(statements) == 2


def test_every_change_is_another_etag(desk: Desk) -> None:
    path = address_for(desk.cast.carol)
    seen = [read(path)["ETag"]]
    session = desk.book()
    seen.append(read(path)["ETag"])
    with scope(desk.cast.bob.scope()):
        session = move_session(
            session=session, starts_at=TUESDAY_TEN + timedelta(hours=2), now=NOW, by_coach=True
        )
    seen.append(read(path)["ETag"])
    with scope(desk.cast.bob.scope()):
        Client.objects.filter(pk=desk.cast.carol_client.pk).update(session_title="Appointment")
    seen.append(read(path)["ETag"])
    with scope(desk.cast.bob.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=NOW)
    seen.append(read(path)["ETag"])
    assert len(set(seen)) == 5


def test_answer_stays_out_of_caches_and_search(desk: Desk) -> None:
    path = address_for(desk.cast.bob)
    first = read(path)
    for response in (first, read(path, if_none_match=first["ETag"])):
        assert response["Cache-Control"] == "private, max-age=300"
        assert response["X-Robots-Tag"] == "noindex"
        assert response["Referrer-Policy"] == "no-referrer"
    assert first["Content-Type"] == "text/calendar; charset=utf-8"


def test_too_many_reads_of_one_feed_wait_and_others_do_not(desk: Desk) -> None:
    path, other = address_for(desk.cast.bob), address_for(desk.cast.carol)
    statuses = [read(path).status_code for _ in range(61)]
    assert (statuses[:60], statuses[60]) == ([200] * 60, 429)
    assert read(path)["Retry-After"]
    assert read(other).status_code == 200


# ---- who may ----------------------------------------------------------------------------------
def test_wrong_secrets_all_get_the_same_answer_by_the_same_way(desk: Desk) -> None:
    path = address_for(desk.cast.bob)
    practice = desk.cast.practice.pk
    with scope(desk.cast.bob.scope()):
        other = path
        path = urlsplit(make_feed(membership=desk.cast.bob.membership, kind=FULL, now=NOW)).path
    wrong = [
        other,
        path[:-5] + ".ics",
        f"/feeds/{practice}.nothing.ics",
        f"/feeds/{desk.cast.other_practice.pk}.{path.partition('.')[2]}",
        "/feeds/nobody.nothing.ics",
        "/feeds/nothing.ics",
    ]
    answers = []
    for each in wrong:
        with counted() as statements:
            response = read(each)
        answers.append((response.status_code, response.content, len(statements)))
    assert {status for status, _, _ in answers} == {404}
    assert len(set(answers)) == 1
    assert read(path).status_code == 200


def test_revoked_feed_is_gone_at_once_and_a_new_one_is_another(desk: Desk) -> None:
    first = address_for(desk.cast.carol)
    second = address_for(desk.cast.carol)
    assert (read(first).status_code, read(second).status_code) == (404, 200)
    with scope(desk.cast.carol.scope()):
        revoke_feed(membership=desk.cast.carol.membership, kind=FULL, now=NOW)
    assert read(second).status_code == 404


def test_both_kinds_stand_side_by_side(desk: Desk) -> None:
    full, busy = address_for(desk.cast.carol), address_for(desk.cast.carol, BUSY)
    assert {read(full).status_code, read(busy).status_code} == {200}


def test_whoever_leaves_takes_no_feed_along(desk: Desk) -> None:
    path = address_for(desk.cast.olga)
    with scope(system_scope(desk.cast.practice.pk)):
        end_membership(membership=desk.cast.olga.membership, now=NOW)
    assert read(path).status_code == 404


def test_the_room_of_a_coach_who_left_stands_in_no_feed(desk: Desk) -> None:
    desk.book()
    path = address_for(desk.cast.carol)
    before = read(path)
    assert b"rooms.example/bob" in before.content
    with scope(desk.cast.alice.scope()):
        end_membership(membership=desk.cast.bob.membership, now=NOW)
    after = read(path, **{"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert b"rooms.example/bob" not in after.content
    assert summaries(path) == ["Meeting"]


def test_only_reading_is_possible(desk: Desk) -> None:
    path = address_for(desk.cast.bob)
    assert Browser().post(path).status_code == 405
    assert Browser().head(path).status_code == 200


def test_secret_is_nowhere_but_in_the_address(desk: Desk) -> None:
    path = address_for(desk.cast.bob)
    secret = path.partition(".")[2].removesuffix(".ics")
    assert len(secret) >= 43
    with scope(desk.cast.bob.scope()):
        stored = [bytes(each.secret_hash) for each in CalendarFeed.objects.all()]
    assert secret.encode() not in stored
    assert all(len(each) == 32 for each in stored)


# ---- the page ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "page", "make"),
    [
        ("bob", PAGE, f"{PAGE}feeds/full/"),
        ("vera", PAGE, f"{PAGE}feeds/busy/"),
        ("carol", "/portal/harbour/calendar-feeds/", "/portal/harbour/calendar-feeds/full/"),
    ],
)
def test_address_is_shown_once(desk: Desk, visit: object, name: str, page: str, make: str) -> None:
    browser = visit(getattr(desk.cast, name))
    made = browser.post(make).content.decode()
    start = made.index("/feeds/", made.index("shown only this once"))
    path = made[start : made.index(".ics", start) + 4]
    assert read(path).status_code == 200
    assert "webcal://" in made
    assert "Google may take up to a day" in made
    assert path not in browser.get(page).content.decode()
    assert "Address made on" in browser.get(page).content.decode()
    browser.post(f"{make}revoke/")
    assert read(path).status_code == 404


def test_practice_without_that_feed_says_nothing(desk: Desk, visit: object) -> None:
    browser = visit(desk.cast.bob)
    assert browser.post(f"{PAGE}feeds/other/").status_code == 404
    assert browser.post(f"{PAGE}feeds/full/revoke/").status_code == 302
