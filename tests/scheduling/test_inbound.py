"""How answers come in: from a mailbox, or handed over by a mail provider."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import OperationalError
from django.test import Client as Browser

from coachops.mail import inbound
from coachops.mail.inbound import MailboxUnreachable, read_mailbox
from coachops.mail.incoming import inbound_mail
from coachops.tenancy.scope import scope
from coachops.web import limits
from scheduling.checks import organizer_address_fits
from scheduling.invitations import BIGGEST_MESSAGE
from scheduling.models import InvitationReply
from scheduling.periodic import read_replies
from tests.scheduling.conftest import Desk
from tests.scheduling.imap_server import PASSWORD, Post, imap_server
from tests.scheduling.reply_mails import nested_mail, reply_mail

SECRET = "a-secret-of-the-provider"
ADDRESS = f"/mail/inbound/{SECRET}/"
CHAT = b"From: carol@harbour.example\r\nTo: bookings@coachops.example\r\n\r\nHello?\r\n"


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    with imap_server() as found:
        settings.INBOUND_MAIL = inbound_mail(
            f"imap://bookings:{quote(PASSWORD)}@127.0.0.1:{found.port}/Answers"
        )
        yield found


@pytest.fixture(autouse=True)
def _nobody_has_posted_yet() -> None:
    limits._windows.clear()


def kept(desk: Desk) -> list[str]:
    with scope(desk.cast.bob.scope()):
        return list(InvitationReply.objects.values_list("answer", flat=True))


def test_answers_are_read_and_removed_other_mail_is_left_for_a_person(
    desk: Desk, post: Post
) -> None:
    session = desk.book()
    huge = b"Subject: huge\r\n\r\n" + b"x" * BIGGEST_MESSAGE
    post.mails = {4: reply_mail(desk, session), 7: CHAT, 9: huge}
    assert read_replies() == 3
    assert kept(desk) == ["declined"]
    assert set(post.mails) == {7, 9}
    assert post.seen >= {7, 9}
    assert post.fetched == [4, 7]
    assert read_replies() == 0


def test_mails_nested_without_end_are_read_once_and_stop_no_answer(
    desk: Desk, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "MOST_AT_ONCE", 2)
    post.mails = {1: nested_mail(), 2: nested_mail(), 3: reply_mail(desk, desk.book())}
    assert read_replies() == 2
    assert read_replies() == 1
    assert kept(desk) == ["declined"]


def test_a_mail_that_cannot_be_handled_is_left_as_read_and_logged_without_its_words(
    settings: Any, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.mails = {1: CHAT}

    def take(mail: bytes) -> bool:
        raise KeyError(mail)

    assert read_mailbox(settings.INBOUND_MAIL.mailbox, take, biggest=1000) == 1
    assert read_mailbox(settings.INBOUND_MAIL.mailbox, take, biggest=1000) == 0
    assert post.seen == {1}
    assert caplog.text.count("KeyError") == 1
    assert "Hello" not in caplog.text


def test_a_mail_comes_again_when_the_database_is_away_and_stops_no_other(
    settings: Any, post: Post
) -> None:
    post.mails = {1: CHAT, 2: CHAT}
    seen = []

    def take(mail: bytes) -> bool:
        seen.append(mail)
        if len(seen) == 1:
            raise OperationalError("the database is away")
        return True

    assert read_mailbox(settings.INBOUND_MAIL.mailbox, take, biggest=1000) == 2
    assert set(post.mails) == {1}
    assert post.seen == {2}


@pytest.mark.parametrize(
    "address", ["imap://bookings:wrong@{}/Answers", f"imap://b:{quote(PASSWORD)}@{{}}/Elsewhere"]
)
def test_a_mailbox_that_cannot_be_read_is_tried_later(
    settings: Any, post: Post, address: str
) -> None:
    settings.INBOUND_MAIL = inbound_mail(address.format(f"127.0.0.1:{post.port}"))
    with pytest.raises(MailboxUnreachable):
        read_mailbox(settings.INBOUND_MAIL.mailbox, lambda mail: True, biggest=1000)
    assert read_replies() == 0


def test_without_a_mailbox_nothing_is_read(settings: Any) -> None:
    settings.INBOUND_MAIL = inbound_mail("")
    assert read_replies() == 0


def test_a_provider_hands_over_a_mail_as_it_came(desk: Desk, settings: Any) -> None:
    settings.INBOUND_MAIL = inbound_mail(f"webhook://{SECRET}")
    answer = reply_mail(desk, desk.book(), "TENTATIVE")
    browser = Browser(enforce_csrf_checks=True)
    for body in (answer, CHAT, b"\xff\x00", nested_mail()):
        assert browser.post(ADDRESS, body, content_type="message/rfc822").status_code == 204
    assert kept(desk) == ["tentative"]


def test_a_wrong_secret_a_huge_mail_and_no_configuration_are_refused(
    desk: Desk, settings: Any
) -> None:
    answer = reply_mail(desk, desk.book())
    for configured, address, body, status in (
        ("", ADDRESS, answer, 404),
        (f"webhook://{SECRET}", "/mail/inbound/another/", answer, 404),
        (f"webhook://{SECRET}", ADDRESS, b"x" * (BIGGEST_MESSAGE + 1), 413),
    ):
        settings.INBOUND_MAIL = inbound_mail(configured)
        sent = Browser().post(address, body, content_type="message/rfc822")
        assert sent.status_code == status
    assert kept(desk) == []
    assert Browser().get(ADDRESS).status_code == 405


def test_more_than_a_provider_sends_in_a_minute_is_put_off(desk: Desk, settings: Any) -> None:
    settings.INBOUND_MAIL = inbound_mail(f"webhook://{SECRET}")
    answers = [
        Browser().post(ADDRESS, CHAT, content_type="message/rfc822").status_code for _ in range(125)
    ]
    assert answers[-1] == 429


def test_a_provider_s_own_words_are_understood(desk: Desk, settings: Any) -> None:
    """Postmark posts JSON; django-anymail makes a mail of it."""
    settings.INBOUND_MAIL = inbound_mail(f"anymail+postmark://{SECRET}")
    session = desk.book()
    raw = reply_mail(desk, session, "ACCEPTED").decode()
    body = json.dumps({"RecordType": "Inbound", "RawEmail": raw, "MessageID": "1", "Headers": []})
    sent = Browser().post(ADDRESS, body, content_type="application/json")
    assert sent.status_code == 200
    assert kept(desk) == ["accepted"]
    deep = {"RecordType": "Inbound", "RawEmail": nested_mail().decode(), "Headers": []}
    sent = Browser().post(ADDRESS, json.dumps(deep), content_type="application/json")
    assert sent.status_code == 204


def test_the_address_of_a_mailbox_is_read_from_the_configuration() -> None:
    found = inbound_mail("imaps://book%40ings:p%2Fw@mail.example/In%20box").mailbox
    assert found is not None
    assert (found.host, found.port, found.encryption) == ("mail.example", 993, "tls")
    assert (found.user, found.password, found.folder) == ("book@ings", "p/w", "In box")
    assert "p/w" not in repr(found)
    for wrong in ("pop3://mail.example", "webhook://short", "imaps://"):
        with pytest.raises(ValueError, match="INBOUND_EMAIL_URL"):
            inbound_mail(wrong)


@pytest.mark.parametrize(
    ("address", "problems"),
    [
        ("bookings@coachops.example", 0),
        ("appointments@coachops.example", 1),
        ("bookings", 1),
        ("@coachops.example", 1),
    ],
)
def test_an_organizer_that_would_not_fit_stops_the_start(
    settings: Any, address: str, problems: int
) -> None:
    settings.BOOKINGS_ADDRESS = address
    assert len(organizer_address_fits(None)) == problems
