from base64 import b64decode
from dataclasses import replace
from uuid import uuid4

import pytest

from coachops.mail.mailbox import count_mailbox, find_mail, read_mailbox
from coachops.mail.mailers import mailers
from coachops.mail.message import Attachment, Invitation, Mail, send_mail
from tests.mail.conftest import booked


@pytest.fixture(autouse=True)
def folder(settings):
    settings.MAILERS = mailers("", folder=settings.MAIL_DIR)
    return settings.MAIL_DIR


def test_an_empty_mailbox_is_empty():
    assert read_mailbox() == []
    assert count_mailbox() == 0


def test_the_newest_comes_first_and_pages_are_bounded(folder):
    for number in range(5):
        send_mail(Mail(to="a@example.test", subject=str(number), text="x"), message_id=uuid4())
    assert [mail.subject for mail in read_mailbox(limit=2)] == ["4", "3"]
    assert [mail.subject for mail in read_mailbox(limit=2, offset=2)] == ["2", "1"]
    assert count_mailbox() == 5
    assert not list(folder.glob("*.part"))


def test_a_stored_mail_has_all_its_parts():
    calendar = Invitation(
        "REQUEST", "BEGIN:VCALENDAR\r\nSUMMARY:Sitzung für Zoë\r\nEND:VCALENDAR\r\n"
    )
    mail = replace(
        booked(), calendar=calendar, attachments=(Attachment("a.pdf", "application/pdf", b"%PDF"),)
    )
    send_mail(mail, message_id=uuid4())
    (stored,) = read_mailbox()
    document = stored.as_json()
    assert list(document) == [
        "id", "to", "from", "subject", "text", "html", "sent_at", "headers", "attachments",
    ]  # fmt: skip
    assert document["text"] == mail.text
    assert "You are booked" in document["html"]
    invite, file, report = document["attachments"]
    assert invite["type"].startswith("text/calendar")
    assert b64decode(invite["content_base64"]).decode() == calendar.content
    assert b64decode(file["content_base64"]).decode() == calendar.content
    assert (report["name"], b64decode(report["content_base64"])) == ("a.pdf", b"%PDF")


def test_one_mail_is_found_by_its_id_and_nothing_else_is():
    send_mail(Mail(to="a@example.test", subject="x", text="x"), message_id=uuid4())
    (stored,) = read_mailbox()
    assert find_mail(stored.id) == stored
    assert find_mail("../../etc/passwd") is None
    assert find_mail("nothing") is None
