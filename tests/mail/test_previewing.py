"""A mail that is looked at before it goes: as its reader would see it, and harmless."""

from datetime import UTC, datetime

from coachops.mail.message import Attachment, Mail, Reader
from coachops.mail.previewing import preview_of
from tests.mail.conftest import booked

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NASTY = (
    '<head><title>A title</title><style>p{color:red}</style></head><body onload="go()">'
    '<script>go()</script><p class="text" style="background:url(http://evil.example)">Hello</p>'
    '<a class="primary" href="http://here/l/live-token/">Read</a> http://here/mail/off/token'
    '<iframe src="http://evil.example"></iframe><img src="x" onerror="go()" height="40" alt="">'
)


def test_what_acts_loads_or_lets_in_is_left_out() -> None:
    mail = Mail(to="a@example.test", subject="x", text="See http://here/l/live-token/", html=NASTY)
    preview = preview_of(mail, due_at=NOW, now=NOW)
    assert preview.html == (
        '<p class="text">Hello</p><a class="primary">Read</a> http://here/mail/off/…'
        '<img src="x" height="40" alt="">'
    )
    assert preview.text == "See http://here/l/…"


def test_every_part_of_a_mail_is_still_there() -> None:
    made = booked(reader=Reader(address="a@example.test", time_zone="Europe/Oslo"))
    preview = preview_of(made, due_at=NOW, now=NOW)
    for part in ("head", "title", "body", "primary", "facts", "label", "value", "reason"):
        assert f'class="{part}"' in preview.html
    assert "href" not in preview.html
    assert "style=" not in preview.html


def test_it_says_when_it_goes_and_what_comes_with_it() -> None:
    letter = Attachment("terms.pdf", "application/pdf", b"%PDF")
    mail = Mail(to="a@example.test", subject="x", text="x", attachments=(letter,))
    later = preview_of(mail, due_at=NOW.replace(hour=20), now=NOW)
    assert (later.goes_at_once, later.encloses, later.html) == (False, ("terms.pdf",), "")
