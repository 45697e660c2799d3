"""Mail without a practice, all the way from the asking to the server."""

from email import message_from_bytes, policy

import pytest

from coachops.mail.message import Attachment, Invitation, Mail
from coachops.mail.outgoing import enqueue_global_mail
from coachops.outbox.engine import drain
from tests.outbox.courier import body_of_global

pytestmark = pytest.mark.django_db

CODE = Mail(
    to="priya@example.test",
    subject="Your code: FTQX-KCRF",
    text="FTQX-KCRF\n",
    html="<p>FTQX-KCRF</p>",
    from_name="CoachOps",
    reply_to="help@example.test",
    headers={"X-Kind": "code"},
    calendar=Invitation("PUBLISH", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
    attachments=(Attachment("a.bin", "application/octet-stream", b"\x00\xff"),),
)


def test_a_sign_in_code_arrives_whole_and_is_erased(sink):
    row_id = enqueue_global_mail(CODE, "code:1")
    assert enqueue_global_mail(CODE, "code:1") is None
    assert drain() == 1
    (envelope,) = sink.envelopes
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert envelope.rcpt_tos == ["priya@example.test"]
    assert message["Message-ID"] == f"<{row_id}@coachops.example>"
    assert message["Subject"] == "Your code: FTQX-KCRF"
    assert [part.get_content() for part in message.iter_attachments()][-1] == b"\x00\xff"
    assert body_of_global("code:1") == ("sent", "")


def test_given_up_it_is_erased_too(sink):
    sink.answers = ["554 no"]
    enqueue_global_mail(CODE, "code:1")
    drain()
    assert body_of_global("code:1") == ("dead", "")


def test_a_server_that_is_away_is_waited_for(sink):
    sink.answers = ["421 closing"]
    enqueue_global_mail(CODE, "code:1")
    drain()
    state, body = body_of_global("code:1")
    assert (state, "FTQX-KCRF" in body) == ("pending", True)
