"""What people get by mail: parts, calendar revisions, zones, links, and what must not come."""

import re
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise

import pytest
import time_machine
from django.core import mail
from django.test import Client as Browser
from icalendar import Calendar

from coachops.outbox.engine import drain
from coachops.practices.models import Practice, SignedLink, User
from coachops.practices.services.members import end_membership
from coachops.tenancy.scope import scope
from scheduling.invitations import read_organizer_address
from scheduling.models import Session
from scheduling.policies import CancelledBy
from scheduling.services.changes import cancel_session, move_session
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk

LATER = TUESDAY_TEN + timedelta(hours=4)
LINK = re.compile(r"https?://[^/\s]+(/l/[^\s\"<]+)")


def _deliver(now: datetime = NOW) -> list[EmailMessage]:
    mail.outbox.clear()
    drain(now=now)
    return [
        message_from_bytes(each.message().as_bytes(), policy=policy.default) for each in mail.outbox
    ]


def _to(messages: list[EmailMessage], name: str) -> EmailMessage:
    return next(each for each in messages if name in each["To"])


def _text(message: EmailMessage) -> str:
    return message.get_body(("plain",)).get_content()


def _event(message: EmailMessage) -> tuple[str, Calendar]:
    part = next(each for each in message.walk() if each.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == str(calendar["METHOD"])
    return str(calendar["METHOD"]), calendar.walk("VEVENT")[0]


def test_the_confirmation_has_the_parts_that_calendars_look_for(desk: Desk) -> None:
    desk.book()
    to_carol = _to(_deliver(), "carol")
    assert [part.get_content_type() for part in to_carol.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]


def test_each_reads_it_in_their_own_zone_with_the_other_s_time(desk: Desk) -> None:
    desk.book()
    messages = _deliver()
    to_carol, to_bob = _to(messages, "carol"), _to(messages, "bob")
    assert to_carol["Subject"] == "Booked: Meeting with Bob Harbour, Tuesday 24 November, 04:00"
    assert "04:00 to 05:00, New York time" in _text(to_carol)
    assert "That is Tuesday 10:00 for Bob in Berlin." in _text(to_carol)
    assert "10:00 to 11:00, Berlin time" in _text(to_bob)
    assert to_carol["Reply-To"] == "bob@harbour.example"
    assert to_bob["Reply-To"] == "carol@harbour.example"


def test_nothing_of_the_engagement_is_in_mail_or_invitation(desk: Desk) -> None:
    desk.book()
    for message in _deliver():
        for part in message.walk():
            if not part.is_multipart():
                assert b"Executive coaching" not in part.get_payload(decode=True)
        _method, event = _event(message)
        assert str(event["SUMMARY"]) == "Meeting"


def test_two_moves_and_a_cancellation_are_four_revisions_of_one_event(desk: Desk) -> None:
    session = desk.book()
    revisions = [_event(_to(_deliver(), "carol"))]
    with scope(desk.cast.carol.scope()):
        move_session(session=session, starts_at=LATER, now=NOW)
    revisions.append(_event(_to(_deliver(), "carol")))
    with scope(desk.cast.carol.scope()):
        move_session(session=session, starts_at=TUESDAY_TEN, now=NOW)
    revisions.append(_event(_to(_deliver(), "carol")))
    with scope(desk.cast.carol.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.CLIENT, now=NOW)
    revisions.append(_event(_to(_deliver(), "carol")))
    assert [method for method, _ in revisions] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    events = [event for _, event in revisions]
    assert [int(event["SEQUENCE"]) for event in events] == [0, 1, 2, 3]
    assert len({str(event["UID"]) for event in events}) == 1
    stamps = [event["DTSTAMP"].dt for event in events]
    assert all(earlier < later for earlier, later in pairwise(stamps))
    organizer = str(events[0]["ORGANIZER"]).removeprefix("mailto:")
    assert organizer.startswith("bookings+")
    assert organizer.endswith("@coachops.example")
    assert read_organizer_address(organizer) == (desk.cast.practice.pk, session.pk)
    assert len({str(event["ORGANIZER"]) for event in events}) == 1
    assert str(events[-1]["STATUS"]) == "CANCELLED"


def test_a_revision_that_has_been_overtaken_is_not_sent(desk: Desk) -> None:
    session = desk.book()
    with scope(desk.cast.carol.scope()):
        move_session(session=session, starts_at=LATER, now=NOW)
    assert [each["Subject"][:5] for each in _deliver()] == ["Moved", "Moved"]


def test_a_reminder_comes_once_with_join_move_and_cancel(desk: Desk) -> None:
    desk.book()
    _deliver()
    two_days = TUESDAY_TEN - timedelta(hours=48)
    [reminder] = _deliver(now=two_days)
    assert reminder["To"] == "carol@harbour.example"
    assert reminder["Subject"].startswith("Reminder: Meeting with Bob")
    text = _text(reminder)
    assert "https://rooms.example/bob" in text
    assert len(LINK.findall(text)) == 2
    assert _deliver(now=two_days + timedelta(minutes=5)) == []


def test_no_reminder_for_a_session_that_was_cancelled_or_has_begun(desk: Desk) -> None:
    session = desk.book()
    desk.book(TUESDAY_TEN + timedelta(days=1))
    _deliver()
    with scope(desk.cast.bob.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=NOW)
    _deliver()
    with time_machine.travel(TUESDAY_TEN + timedelta(days=1, minutes=1), tick=False):
        assert _deliver(now=TUESDAY_TEN + timedelta(days=1, minutes=1)) == []


def test_a_guest_gets_the_name_of_the_offering(desk: Desk) -> None:
    desk.book_guest()
    messages = _deliver()
    assert _to(messages, "gina")["Subject"].startswith("Booked: Chemistry call with Bob")
    assert "Gina Guest" in _text(_to(messages, "bob"))


@pytest.fixture
def mailed(desk: Desk) -> tuple[Session, str, str]:
    """A booked session with the addresses in its confirmation: to move, to cancel."""
    session = desk.book()
    move, cancel = LINK.findall(_text(_to(_deliver(), "carol")))
    return session, move, cancel


def test_the_move_link_shows_and_moves_again_and_again(
    desk: Desk, mailed: tuple[Session, str, str]
) -> None:
    session, move, _ = mailed
    browser = Browser()
    page = browser.get(move)
    assert page.status_code == 200
    assert "Tuesday 24 November, 04:00" in page.content.decode()
    assert desk.reload(session).calendar_sequence == 0
    for number, at in enumerate([LATER, TUESDAY_TEN], start=1):
        answer = browser.post(move, {"at": f"{at:%Y%m%dT%H%MZ}", "zone": "America/New_York"})
        assert answer.status_code == 200
        assert "Moved" in answer.content.decode()
        assert desk.reload(session).calendar_sequence == number


def test_a_link_lives_as_long_as_the_session_that_moved(
    desk: Desk, mailed: tuple[Session, str, str]
) -> None:
    session, move, cancel = mailed
    next_week = TUESDAY_TEN + timedelta(days=7)
    Browser().post(move, {"at": f"{next_week:%Y%m%dT%H%MZ}", "zone": "UTC"})
    with time_machine.travel(TUESDAY_TEN + timedelta(days=1), tick=False):
        assert "Cancelling now costs nothing" in Browser().get(cancel).content.decode()
    with time_machine.travel(next_week + timedelta(minutes=1), tick=False):
        assert Browser().post(cancel).status_code in {404, 410, 409}
    assert desk.reload(session).state == "booked"


def test_the_cancel_link_says_what_it_costs_and_old_links_never_act(
    desk: Desk, mailed: tuple[Session, str, str]
) -> None:
    session, move, cancel = mailed
    with time_machine.travel(TUESDAY_TEN - timedelta(hours=5), tick=False):
        assert "counts as used" in Browser().get(cancel).content.decode()
        assert desk.reload(session).state == "booked"
        assert Browser().post(cancel).status_code == 200
        assert desk.reload(session).outcome == "late_cancel"
        for address, data in ((cancel, {}), (move, {"at": f"{LATER:%Y%m%dT%H%MZ}", "zone": "UTC"})):
            assert "cancelled" in Browser().get(address).content.decode()
            assert Browser().post(address, data).status_code == 409
    assert desk.reload(session).calendar_sequence == 1


def test_links_do_not_pile_up(desk: Desk) -> None:
    session = desk.book()
    for number in range(8):
        _deliver()
        at = [LATER, TUESDAY_TEN][number % 2]
        with scope(desk.cast.carol.scope()):
            session = move_session(session=session, starts_at=at, now=NOW)
    with scope(desk.cast.carol.scope()):
        assert SignedLink.objects.filter(subject_id=session.pk).count() <= 24


def test_nothing_is_said_about_a_session_that_is_over(desk: Desk) -> None:
    desk.book()
    with time_machine.travel(TUESDAY_TEN + timedelta(hours=2), tick=False):
        [question] = _deliver(now=TUESDAY_TEN + timedelta(hours=2))
    assert question["Subject"].startswith("Was it held?")


def test_mail_goes_where_the_client_signs_in_now(desk: Desk) -> None:
    desk.book()
    user = desk.cast.carol.user
    user.email = "carol@home.example"
    user.save(update_fields=["email"])
    to_carol = _to(_deliver(), "carol")
    assert to_carol["To"] == "carol@home.example"
    assert "mailto:carol@home.example" in str(_event(to_carol)[1]["ATTENDEE"])


def test_a_coach_who_left_hears_nothing_more(desk: Desk) -> None:
    desk.book()
    with scope(desk.cast.alice.scope()):
        end_membership(membership=desk.cast.bob.membership, now=NOW)
    [to_carol] = _deliver()
    assert (to_carol["To"], to_carol["Reply-To"]) == (
        "carol@harbour.example",
        "alice@harbour.example",
    )


def test_a_guest_reads_in_the_language_of_the_practice(desk: Desk) -> None:
    with scope(desk.cast.alice.scope()):
        Practice.objects.filter(pk=desk.cast.practice.pk).update(language="de")
    desk.book_guest()
    assert "Dienstag 24 November" in _to(_deliver(), "gina")["Subject"]


def test_each_reads_in_their_own_language(desk: Desk) -> None:
    User.objects.filter(pk=desk.cast.carol.user.pk).update(language="de")
    desk.book()
    messages = _deliver()
    assert "Dienstag 24 November" in _to(messages, "carol")["Subject"]
    assert "Tuesday 24 November" in _to(messages, "bob")["Subject"]
