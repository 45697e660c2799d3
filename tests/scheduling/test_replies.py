"""What a calendar answers is kept, shown and told to the coach; it never cancels by itself."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from coachops.outbox.engine import drain
from coachops.pages.queries.attention import needs_of
from coachops.tenancy.scope import scope
from scheduling.invitations import BIGGEST_MESSAGE, NotAReply, organizer_address, read_reply
from scheduling.models import InvitationReply, Seat, Session
from scheduling.policies import CancelledBy
from scheduling.queries.replies import answers_of
from scheduling.queries.sessions import sessions_of_client
from scheduling.services.changes import cancel_session, move_session
from scheduling.services.replies import Verdict, settle_declined, take_mail
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.reply_mails import PROGRAMS, nested_mail, reply_mail

LATER = TUESDAY_TEN + timedelta(hours=4)


def answers(desk: Desk, session: Session) -> list[tuple[str, str]]:
    with scope(desk.cast.bob.scope()):
        return [(a.name, a.answer) for a in answers_of([session.pk]).get(session.pk, ())]


def mails(now: object = NOW) -> list[str]:
    mail.outbox.clear()
    drain(now=now)
    return [f"{each.to[0]}: {each.subject}" for each in mail.outbox]


def needs(desk: Desk) -> list[str]:
    with scope(desk.cast.bob.scope()):
        found = needs_of([desk.cast.bob.membership.pk], practice_slug="harbour", now=NOW)
    return [each.kind for each in found]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    ("said", "kept"),
    [("ACCEPTED", "accepted"), ("DECLINED", "declined"), ("TENTATIVE", "tentative")],
)
def test_answers_of_common_calendars_are_read(
    desk: Desk, program: str, said: str, kept: str
) -> None:
    session = desk.book()
    assert take_mail(reply_mail(desk, session, said, program=program), now=NOW) is Verdict.KEPT
    assert answers(desk, session) == [("Carol Harbour", kept)]


def test_a_no_asks_the_coach_and_changes_nothing_by_itself(desk: Desk) -> None:
    session = desk.book()
    mails()
    take_mail(reply_mail(desk, session), now=NOW)
    assert mails() == ["bob@harbour.example: Declined: Carol Harbour, Tuesday 24 November, 10:00"]
    assert mail.outbox[0].reply_to == ["carol@harbour.example"]
    assert "declined" in needs(desk)
    after = desk.reload(session)
    assert (after.state, after.calendar_sequence) == ("booked", 0)
    assert TUESDAY_TEN not in desk.free(desk.coaching, TUESDAY_TEN)


def test_the_coach_decides_that_it_stays_and_is_not_asked_again(desk: Desk) -> None:
    session = desk.book()
    take_mail(reply_mail(desk, session), now=NOW)
    browser = Browser()
    browser.force_login(desk.cast.bob.user)
    page = reverse("coach:session_reply", args=["harbour", session.pk])
    shown = browser.get(page).content.decode()
    assert "Declined in the calendar" in shown
    assert "It stays booked" in shown
    assert browser.post(page).status_code == 302
    assert "declined" not in needs(desk)
    assert mails()[2:] == []
    assert take_mail(reply_mail(desk, session), now=NOW) is Verdict.SAME
    assert "declined" not in needs(desk)


def test_a_changed_mind_counts_and_a_second_no_is_asked_about_once_more(desk: Desk) -> None:
    session = desk.book()
    for said in ("DECLINED", "ACCEPTED"):
        take_mail(reply_mail(desk, session, said), now=NOW)
    assert answers(desk, session) == [("Carol Harbour", "accepted")]
    assert needs(desk).count("declined") == 0
    assert not any("Declined" in each for each in mails())
    take_mail(reply_mail(desk, session, "DECLINED"), now=NOW)
    assert "declined" in needs(desk)


def test_vector_69_an_answer_to_an_old_revision_is_ignored(desk: Desk) -> None:
    session = desk.book()
    old = reply_mail(desk, session)
    with scope(desk.cast.carol.scope()):
        moved = move_session(session=session, starts_at=LATER, now=NOW)
    assert take_mail(old, now=NOW) is Verdict.OLD
    assert answers(desk, session) == []
    assert take_mail(reply_mail(desk, moved), now=NOW) is Verdict.KEPT
    assert answers(desk, session) == [("Carol Harbour", "declined")]
    assert desk.reload(session).state == "booked"


def test_an_answer_no_longer_holds_once_the_session_has_moved(desk: Desk) -> None:
    session = desk.book()
    take_mail(reply_mail(desk, session), now=NOW)
    with scope(desk.cast.bob.scope()):
        [line] = sessions_of_client(desk.cast.carol_client.pk)
        assert line.answer == "declined"
        move_session(session=session, starts_at=LATER, now=NOW, by_coach=True)
        [line] = sessions_of_client(desk.cast.carol_client.pk)
    assert line.answer == ""
    assert answers(desk, session) == []
    assert "declined" not in needs(desk)


@pytest.mark.parametrize(
    ("mail_facts", "verdict"),
    [
        ({"sender": "mallory@evil.example"}, Verdict.STRANGER),
        (
            {"sender": "mallory@evil.example", "attendee": "carol@harbour.example"},
            Verdict.STRANGER,
        ),
        ({"attendee": "dave@harbour.example"}, Verdict.STRANGER),
        ({"sender": "bob@harbour.example"}, Verdict.STRANGER),
        ({"uid": "somebody-elses@google.com"}, Verdict.NOT_OURS),
        ({"organizer": "bookings@coachops.example"}, Verdict.NOT_OURS),
        ({"organizer": f"bookings+{'a' * 52}@coachops.example"}, Verdict.NOT_OURS),
        ({"organizer": f"bookings+{'1' * 52}@coachops.example"}, Verdict.NOT_OURS),
        ({"sequence": 1}, Verdict.OLD),
        ({"sequence": "-1"}, Verdict.NOT_A_REPLY),
        ({"sequence": "9" * 40}, Verdict.NOT_A_REPLY),
        ({"answer": "DELEGATED"}, Verdict.NOT_A_REPLY),
    ],
)
def test_what_is_not_from_somebody_invited_about_what_holds_is_passed_over(
    desk: Desk, mail_facts: dict[str, object], verdict: Verdict
) -> None:
    session = desk.book()
    assert take_mail(reply_mail(desk, session, **mail_facts), now=NOW) is verdict
    assert answers(desk, session) == []


def test_another_practice_s_address_finds_nothing_there(desk: Desk) -> None:
    """A session's id under another practice's name stays behind the wall."""
    session = desk.book()
    lagoon = organizer_address(
        desk.cast.other_practice.pk, session.pk, mailbox="bookings@coachops.example"
    )
    assert take_mail(reply_mail(desk, session, organizer=lagoon), now=NOW) is Verdict.NOT_OURS
    assert answers(desk, session) == []


def test_nothing_is_kept_of_a_session_that_was_cancelled_or_is_over(desk: Desk) -> None:
    session = desk.book()
    answer = reply_mail(desk, session)
    with time_machine.travel(TUESDAY_TEN + timedelta(hours=2), tick=False):
        assert take_mail(answer, now=TUESDAY_TEN + timedelta(hours=2)) is Verdict.OVER
    with scope(desk.cast.carol.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.CLIENT, now=NOW)
    assert take_mail(answer, now=NOW) is Verdict.OVER


def test_a_client_answers_from_where_they_sign_in_now(desk: Desk) -> None:
    session = desk.book()
    user = desk.cast.carol.user
    user.email = "carol@home.example"
    user.save(update_fields=["email"])
    assert take_mail(reply_mail(desk, session), now=NOW) is Verdict.STRANGER
    moved = reply_mail(desk, session, sender="Carol@Home.Example".lower())
    assert take_mail(moved, now=NOW) is Verdict.KEPT


def test_a_guest_and_a_sponsor_answer_for_themselves(desk: Desk) -> None:
    guest = desk.book_guest(TUESDAY_TEN + timedelta(days=1))
    assert take_mail(reply_mail(desk, guest, sender="gina@new.example"), now=NOW) is Verdict.KEPT
    assert answers(desk, guest) == [("Gina Guest", "declined")]
    session = desk.book()
    with scope(desk.cast.bob.scope()):
        Seat.objects.create(
            session=session,
            part=Seat.Part.SPONSOR,
            name="Sam Sponsor",
            email="sam@acme.example",
            time_zone="Europe/Berlin",
            asked_at=NOW,
            revised_at=NOW,
        )
    accepted = reply_mail(desk, session, "ACCEPTED", sender="sam@acme.example")
    assert take_mail(accepted, now=NOW) is Verdict.KEPT
    assert answers(desk, session) == [("Sam Sponsor", "accepted")]


@pytest.mark.parametrize("method", ["COUNTER", "REFRESH"])
def test_a_wish_for_another_time_is_answered_once_with_the_way_to_move(
    desk: Desk, method: str
) -> None:
    session = desk.book()
    mails()
    wish = reply_mail(desk, session).replace(b"METHOD:REPLY", f"METHOD:{method}".encode())
    assert take_mail(wish, now=NOW) is Verdict.ASKED_BACK
    assert take_mail(wish, now=NOW) is Verdict.ASKED_BACK
    [sent] = mails()
    assert sent.startswith("carol@harbour.example: As booked: Meeting with Bob Harbour")
    assert "/l/" in mail.outbox[0].body
    assert answers(desk, session) == []


def test_a_mail_without_an_answer_is_left_for_a_person(desk: Desk) -> None:
    session = desk.book()
    plain = b"From: carol@harbour.example\r\nTo: bookings@x.example\r\n\r\nSee you then!\r\n"
    assert take_mail(plain, now=NOW) is Verdict.NOT_A_REPLY
    request = reply_mail(desk, session).replace(b"METHOD:REPLY", b"METHOD:CANCEL")
    assert take_mail(request, now=NOW) is Verdict.NOT_A_REPLY
    assert not Verdict.NOT_A_REPLY.is_dealt_with


def _calendar(*lines: str) -> bytes:
    head = "From: a@b.example\r\nTo: c@d.example\r\nContent-Type: text/calendar\r\n\r\n"
    return (head + "\r\n".join(lines)).encode()


EVENT = ["BEGIN:VCALENDAR", "METHOD:REPLY", "BEGIN:VEVENT", "UID:u"]
ANSWER = "ATTENDEE;PARTSTAT=DECLINED:mailto:a@b.example"


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x00\xff" * 500,
        b"x" * (BIGGEST_MESSAGE + 1),
        _calendar("BEGIN:VCALENDAR"),
        _calendar(*EVENT),
        _calendar(*EVENT, ANSWER, ANSWER, "END:VEVENT"),
        _calendar(*EVENT, ANSWER, "END:VEVENT", "BEGIN:VEVENT", ANSWER, "END:VEVENT"),
        _calendar(*EVENT, "ATTENDEE:mailto:a@b.example"),
        _calendar(*EVENT, ANSWER, *["X-PADDING:1"] * 2000),
        _calendar(*EVENT, ANSWER, "X-LONG:" + "y" * 70_000),
        _calendar(*["BEGIN:VCALENDAR"] * 900, ANSWER),
        b"From: a@b.example, c@d.example\r\n" + _calendar(*EVENT, ANSWER)[19:],
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 500,
        nested_mail(),
    ],
    ids=range(14),
)
def test_broken_and_endless_mails_are_refused(broken: bytes) -> None:
    with pytest.raises(NotAReply):
        read_reply(broken)


def test_settling_is_recorded_once(desk: Desk) -> None:
    session = desk.book()
    take_mail(reply_mail(desk, session), now=NOW)
    with scope(desk.cast.bob.scope()):
        assert settle_declined(session=session, now=NOW) == 1
        assert settle_declined(session=session, now=NOW) == 0
        assert InvitationReply.objects.get().settled_at == NOW
