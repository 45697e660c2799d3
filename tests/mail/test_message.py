import re
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID

import pytest

from coachops.mail.message import (
    Attachment,
    Invitation,
    Mail,
    Reader,
    build_message,
    header_value,
    send_mail,
)
from tests.mail.conftest import ALDER_LANE, PRIYA, booked

ID = UUID("01a202ec-ab6d-7820-a72f-fb4da1963e9f")
INVITATION = Invitation("REQUEST", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n")


def on_the_wire(mail: Mail):
    content = build_message(mail, message_id=ID).message(policy=policy.SMTP).as_bytes()
    return message_from_bytes(content, policy=policy.default)


def test_dates_are_in_the_readers_zone():
    mail = booked()
    assert mail.subject == "Booked: Session 8, Tuesday 24 November, 11:30"
    assert "begins Tuesday 24 November, 11:30 (Oslo)" in mail.text
    in_delhi = booked(reader=Reader(address="a@example.test", time_zone="Asia/Kolkata"))
    assert in_delhi.subject.endswith("16:00")


def test_text_is_plain_and_html_is_escaped():
    mail = booked(name="Ana <b>&'")
    assert "Hi Ana <b>&'," in mail.text
    assert "https://example.test/?a=1&b=2" in mail.text
    assert "<b>" not in mail.html
    assert "Ana &lt;b&gt;" in mail.html


def test_every_mail_says_why_it_came_and_from_whom():
    mail = booked(reader=replace(PRIYA, preferences_url="https://example.test/mail/"))
    for version in (mail.text, " ".join(mail.html.split())):
        assert "Sent because you booked at Alder Lane Coaching." in version
        assert "Alder Lane Coaching, 14 Alder Lane, Bath." in version
        assert "https://example.test/mail/" in version


def test_styles_are_in_the_elements_and_dark_rules_stay():
    html = booked().html
    assert re.search(r'<h1 class="title" style="[^"]*font: 500 36px', html)
    assert "prefers-color-scheme: dark" in html
    assert "oklch" not in html
    assert "var(--" not in html


def test_the_practice_hue_colours_the_mail():
    assert "#005e66" in booked().html
    assert "#005e66" not in booked(sender=replace(ALDER_LANE, hue=262)).html


def test_the_same_row_makes_the_same_message_id():
    message = on_the_wire(booked())
    assert message["Message-ID"] == f"<{ID}@coachops.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "Alder Lane Coaching <hello@coachops.example>"
    assert message["Reply-To"] == "helen@example.test"


def test_an_invitation_is_an_alternative_and_a_file():
    message = on_the_wire(
        replace(
            booked(),
            calendar=INVITATION,
            attachments=(Attachment("Bericht März.pdf", "application/pdf", b"%PDF"),),
        )
    )
    alternative, invite, report = message.iter_parts()
    assert message.get_content_type() == "multipart/mixed"
    kinds = [part.get_content_type() for part in alternative.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    calendar = list(alternative.iter_parts())[-1]
    assert calendar["Content-Type"].params == {"method": "REQUEST", "charset": "utf-8"}
    assert (invite.get_content_type(), invite.get_filename()) == ("application/ics", "invite.ics")
    assert invite.get_content() == INVITATION.content.encode()
    assert report.get_filename() == "Bericht März.pdf"


def test_one_click_unsubscribe_where_there_is_a_choice():
    offered = booked(reader=replace(PRIYA, unsubscribe_url="https://example.test/u/1"))
    assert offered.headers["List-Unsubscribe"] == "<https://example.test/u/1>"
    assert offered.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in booked().headers


@pytest.mark.parametrize(
    "poison",
    ["A\r\nBcc: x@example.test", "A\nBcc: x@example.test", "A\u2028Bcc: x", "A\x00\x1b\u202eB"],
)
def test_a_name_cannot_become_a_header(poison):
    mail = replace(
        booked(sender=replace(ALDER_LANE, name=poison), title=poison),
        headers={"X-Practice": poison},
        attachments=(Attachment(poison, "application/pdf", b""),),
    )
    message = on_the_wire(mail)
    assert message["Bcc"] is None
    assert set(message.keys()) == {
        "MIME-Version",
        "Content-Type",
        "Subject",
        "From",
        "To",
        "Reply-To",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "X-Practice",
    }


@pytest.mark.parametrize("address", ["a@example.test\nBcc: b@example.test", "a@x.test, b@x.test"])
def test_one_address_stays_one_address(address, sink):
    mail = replace(booked(), to=address)
    with pytest.raises(Exception, match=r"(?i)invalid address|newlines|linefeed|must be a single"):
        send_mail(mail, message_id=ID)
    assert sink.envelopes == []


def test_a_header_is_one_short_line():
    assert header_value("  a \t b\r\nc  ") == "a b c"
    assert len(header_value("x" * 400)) == 150


def test_every_mail_greets_alike():
    folder = Path(__file__).resolve().parents[2] / "templates/mail"
    texts = {path.name: path.read_text() for path in folder.rglob("*.*") if path.suffix != ".css"}
    greeting = re.compile(r"\b(Hi|Hey|Dear|Good morning)[\s,]+{{")
    assert [name for name, text in texts.items() if greeting.search(text)] == []
    assert sum("Hello" in text for text in texts.values()) > 100
