"""Each participant of a group hears of their own place, and of nobody else."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core import mail
from django.test import Client as Browser
from icalendar import Calendar

from coachops.outbox.engine import drain
from coachops.outbox.models import Message
from coachops.tenancy.scope import scope
from scheduling.models import Seat, Session
from scheduling.policies import CancelledBy
from scheduling.services.changes import cancel_session, move_session
from scheduling.services.seats import leave_group, offer_make_up, settle_seat
from tests.cast import Cast
from tests.scheduling.conftest import NOW
from tests.scheduling.groups_world import MONDAY_FIVE, Circle, build_circle
from tests.scheduling.test_mails import LINK


@pytest.fixture
def circle(cast: Cast) -> Circle:
    return build_circle(cast, make_ups=1)


def _deliver(now=NOW) -> list[EmailMessage]:
    mail.outbox.clear()
    drain(now=now)
    return [
        message_from_bytes(each.message().as_bytes(), policy=policy.default) for each in mail.outbox
    ]


def _readers(messages: list[EmailMessage]) -> list[str]:
    return sorted(message["To"].partition("@")[0] for message in messages)


def _to(messages: list[EmailMessage], name: str) -> EmailMessage:
    [found] = [each for each in messages if each["To"].startswith(name)]
    return found


def _event(message: EmailMessage) -> tuple[str, int, object]:
    [part] = [each for each in message.walk() if each.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    event = calendar.walk("VEVENT")[0]
    return str(calendar["METHOD"]), int(event["SEQUENCE"]), event


def _leave(circle: Circle, session: Session, number: int, now=NOW) -> None:
    with scope(circle.cast.bob.scope()):
        seat = Seat.objects.get(session=session, client=circle.crowd[number])
        leave_group(seat=seat, left_by=CancelledBy.CLIENT, now=now)


def test_an_invitation_lists_the_coach_and_its_reader_alone(circle: Circle) -> None:
    circle.schedule(*circle.crowd[:3], topic="Conflict with Person 01")
    messages = _deliver()
    assert _readers(messages) == ["bob", "person00", "person01", "person02"]
    for number in range(3):
        message = _to(messages, f"person0{number}")
        _, _, event = _event(message)
        assert [str(each) for each in event["ATTENDEE"]] == [
            "mailto:bob@harbour.example",
            f"mailto:person0{number}@mail.example",
        ]
        for other in set(range(3)) - {number}:
            for part in message.walk():
                if not part.is_multipart():
                    text = part.get_payload(decode=True).decode().lower()
                    assert f"person0{other}" not in text
                    assert "secretname" not in text or f"person 0{other}" not in text
                    assert "conflict" not in text
    _, _, event = _event(_to(messages, "bob"))
    assert str(event["ATTENDEE"]) == "mailto:bob@harbour.example"


def test_the_title_is_neutral_and_the_uid_one_for_all(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:2])
    events = [_event(message)[2] for message in _deliver()]
    assert {str(event["UID"]) for event in events} == {session.calendar_uid}
    assert {str(event["SUMMARY"]) for event in events} == {"Meeting", "Leadership circle"}


def test_one_of_five_leaves_and_only_they_hear_of_it(cast: Cast) -> None:
    circle = build_circle(cast, capacity=5)
    session = circle.schedule(*circle.crowd[:5])
    _deliver()
    _leave(circle, session, 2)
    [message] = _deliver()
    method, sequence, event = _event(message)
    assert message["To"] == "person02@mail.example"
    assert (method, sequence, str(event["STATUS"])) == ("CANCEL", 1, "CANCELLED")
    assert event["DTSTART"].dt == MONDAY_FIVE


def test_whoever_moves_up_gets_an_invitation_at_once(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:3])
    circle.join(session, circle.crowd[3])
    waiting = _to(_deliver(), "person03")
    assert "On the waiting list" in waiting["Subject"]
    assert "text/calendar" not in [part.get_content_type() for part in waiting.walk()]
    _leave(circle, session, 0)
    messages = _deliver()
    assert _readers(messages) == ["person00", "person03"]
    moved_up = _to(messages, "person03")
    assert moved_up["Subject"].startswith("A place for you")
    assert _event(moved_up)[:2] == ("REQUEST", 0)


def test_whoever_moves_up_because_the_session_moved_gets_one_mail(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:3])
    for each in circle.crowd[3:5]:
        circle.join(session, each)
    late = MONDAY_FIVE - timedelta(hours=3)
    _leave(circle, session, 0, now=late)
    _deliver(now=NOW)
    with scope(circle.cast.bob.scope()):
        moved_to = MONDAY_FIVE + timedelta(days=7)
        move_session(session=session, starts_at=moved_to, now=NOW, by_coach=True)
        waiting = Message.objects.filter(kind="scheduling.group_waiting", state="pending")
        assert waiting.count() == 1, "nothing is asked for that will not be sent"
    messages = _deliver()
    assert _readers(messages) == ["bob", "person01", "person02", "person03", "person04"]
    assert _to(messages, "person03")["Subject"].startswith("A place for you")


def test_a_move_is_everybodys_next_revision_and_a_cancellation_the_last(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:2])
    _leave(circle, session, 1)
    circle.join(session, circle.crowd[1])
    _deliver()
    with scope(circle.cast.bob.scope()):
        later = MONDAY_FIVE + timedelta(days=1)
        move_session(session=session, starts_at=later, now=NOW, by_coach=True)
    moved = _deliver()
    assert _readers(moved) == ["bob", "person00", "person01"]
    assert _event(_to(moved, "person00"))[:2] == ("REQUEST", 1)
    assert _event(_to(moved, "person01"))[:2] == ("REQUEST", 3)
    with scope(circle.cast.bob.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=NOW)
    off = _deliver()
    assert {_event(message)[0] for message in off} == {"CANCEL"}
    assert _event(_to(off, "person01"))[1] == 4


def test_reminders_are_for_those_who_still_have_a_place(circle: Circle) -> None:
    session = circle.schedule(*circle.crowd[:2])
    _deliver()
    _leave(circle, session, 0)
    _deliver()
    [reminder] = _deliver(now=MONDAY_FIVE - timedelta(hours=48))
    assert reminder["To"] == "person01@mail.example"
    assert reminder["Subject"].startswith("Reminder")


def test_the_link_in_the_mail_gives_the_place_up_once(circle: Circle) -> None:
    session = circle.schedule(circle.crowd[0])
    message = _to(_deliver(), "person00")
    [address] = set(LINK.findall(message.get_body(("plain",)).get_content()))
    assert "Give up your place?" in Browser().get(address).content.decode()
    assert circle.reload(session).taken == 1
    assert Browser().post(address).status_code == 200
    assert circle.reload(session).taken == 0
    assert Browser().post(address).status_code == 409


def test_a_make_up_can_be_offered_by_mail(circle: Circle) -> None:
    session = circle.schedule(circle.crowd[0])
    _deliver()
    after = MONDAY_FIVE + timedelta(hours=2)
    with scope(circle.cast.bob.scope()):
        seat = Seat.objects.get(session=session)
        settle_seat(seat=seat, outcome=Session.Outcome.NO_SHOW, reason="", now=after)
        offer_make_up(seat=seat, now=after)
    message = _to(_deliver(now=after), "person00")
    assert message["Subject"] == "You can make up the session you missed with Bob Harbour"
