from smtplib import SMTPServerDisconnected
from uuid import uuid4

import pytest

from coachops.launch.machine import free_port
from coachops.mail import transport
from coachops.mail.mailers import mailers
from coachops.mail.message import Mail, send_mail
from coachops.outbox.registry import NotDelivered, Undeliverable

NOTE = Mail(to="priya@example.test", subject="Hello", text="Hello\n")


def send() -> None:
    send_mail(NOTE, message_id=uuid4())


def test_a_batch_goes_over_one_connection(sink):
    for _mail in range(3):
        send()
    assert (len(sink.envelopes), sink.connections) == (3, 1)
    transport.close()
    send()
    assert sink.connections == 2


def test_without_a_server_nothing_went_out(settings, tmp_path):
    settings.MAILERS = mailers(f"smtp://127.0.0.1:{free_port()}", folder=tmp_path)
    with pytest.raises(NotDelivered, match="cannot be reached") as refusal:
        send()
    assert not isinstance(refusal.value, Undeliverable)


@pytest.mark.parametrize(
    ("answer", "outcome"), [("451 busy", NotDelivered), ("554 no", Undeliverable)]
)
def test_a_clear_answer_is_believed(sink, answer, outcome):
    sink.answers = [answer]
    with pytest.raises(NotDelivered) as refusal:
        send()
    assert type(refusal.value) is outcome
    send()
    assert len(sink.envelopes) == 1


@pytest.mark.parametrize(
    ("answer", "outcome"), [("450 later", NotDelivered), ("550 unknown", Undeliverable)]
)
def test_a_refused_recipient_is_told_apart(sink, answer, outcome):
    sink.refuse_recipients_with = answer
    with pytest.raises(NotDelivered) as refusal:
        send()
    assert type(refusal.value) is outcome


def test_a_line_that_breaks_after_the_content_leaves_doubt(sink):
    sink.answers = ["hang up"]
    with pytest.raises(SMTPServerDisconnected):
        send()
    send()
    assert len(sink.envelopes) == 2


def test_an_address_no_server_would_take_is_final(sink):
    with pytest.raises(Undeliverable):
        send_mail(Mail(to="not an address", subject="Hello", text="Hello\n"), message_id=uuid4())
