"""Mail that comes back is noted once, for a mail of ours alone, and somebody can act on it."""

import json
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any
from uuid import uuid4

import pytest
from anymail.signals import AnymailTrackingEvent, tracking
from django.test import Client as Browser

from coachops.audit.models import AuditEvent
from coachops.correspondence.models import AddressBounce, MailLogEntry
from coachops.correspondence.services.bounces import try_again
from coachops.correspondence.services.reports import take_report
from coachops.mail.incoming import inbound_mail
from coachops.tenancy.scope import scope
from coachops.web import limits
from scheduling.services.replies import Verdict, take_mail
from tests.correspondence.conftest import NOW, Post
from tests.scheduling.conftest import Desk

CAROL = "carol@harbour.example"
SECRET = "a-secret-of-the-provider"
HOOK = f"/mail/events/{SECRET}/"


@pytest.fixture(autouse=True)
def _provider(settings: Any) -> None:
    settings.MAIL_EVENTS = inbound_mail(f"anymail+postmark://{SECRET}")
    limits._windows.clear()


def marked(post: Post) -> list[tuple[str, str]]:
    with scope(post.cast.alice.scope()):
        return list(AddressBounce.objects.values_list("address", "reason"))


def reference(post: Post, entry: MailLogEntry) -> str:
    return f"{post.practice_id}.{entry.message_id}"


def postmark(reference: str, address: str = CAROL, kind: str = "HardBounce") -> dict[str, Any]:
    """What Postmark posts for a bounce, after its documentation."""
    return {
        "RecordType": "Bounce",
        "ID": 42,
        "Type": kind,
        "TypeCode": 1,
        "MessageID": "7bd6a92b-a0a4-4b72-9d4f-000000000001",
        "Metadata": {"reference": reference},
        "Description": "The server was unable to deliver your message (ex: unknown user).",
        "Details": "smtp;550 5.1.1 The words of the session were: secret.",
        "Email": address,
        "BouncedAt": "2026-11-16T07:59:00Z",
        "Inactive": True,
    }


def event(body: dict[str, Any], address: str = HOOK) -> int:
    return Browser().post(address, json.dumps(body), content_type="application/json").status_code


def test_a_provider_s_report_marks_the_address_once(post: Post) -> None:
    entry = post.logged()
    assert event(postmark(reference(post, entry))) == 200
    assert event(postmark(reference(post, entry))) == 200
    assert marked(post) == [(CAROL, "bounced")]
    (line,) = post.log(pk=entry.pk)
    assert (line.bounced_at, line.bounce_reason) == (NOW, "bounced")
    with scope(post.cast.alice.scope()):
        assert AuditEvent.objects.filter(event="mail.bounced").count() == 1
        try_again(address=CAROL, now=NOW)
    assert event(postmark(reference(post, entry))) == 200
    assert marked(post) == []


def test_a_report_without_the_secret_or_about_another_s_mail_marks_nothing(post: Post) -> None:
    entry = post.logged()
    assert event(postmark(reference(post, entry)), "/mail/events/another-secret-of-24/") == 404
    elsewhere = f"{post.cast.other_practice.pk}.{entry.message_id}"
    for told in (elsewhere, f"{post.practice_id}.{uuid4()}", "rubbish", f"{uuid4()}.{uuid4()}"):
        assert event(postmark(told)) == 200
    assert event(postmark(reference(post, entry), "dave@harbour.example")) == 200
    assert marked(post) == []


def test_without_a_provider_there_is_no_such_address(post: Post, settings: Any) -> None:
    settings.MAIL_EVENTS = inbound_mail("")
    assert event(postmark(reference(post, post.logged()))) == 404


@pytest.mark.parametrize(
    ("kind", "reason", "found"),
    [
        ("bounced", "invalid", ["invalid"]),
        ("bounced", "timed_out", []),
        ("rejected", "blocked", ["blocked"]),
        ("bounced", None, ["other"]),
        ("complained", "spam", ["complained"]),
        ("delivered", None, []),
        ("opened", None, []),
        ("deferred", "bounced", []),
    ],
)
def test_only_what_would_come_back_again_marks_an_address(
    post: Post, kind: str, reason: str | None, found: list[str]
) -> None:
    said = AnymailTrackingEvent(
        event_type=kind,
        reject_reason=reason,
        recipient=CAROL.title(),
        metadata={"reference": reference(post, post.logged())},
    )
    tracking.send(sender=object, event=said, esp_name="Test")
    assert [reason for _address, reason in marked(post)] == found


def report(reference: str, *, status: str = "5.1.1", address: str = CAROL) -> bytes:
    """A delivery report as mail servers write it (RFC 3464)."""
    told = MIMEMultipart("report", report_type="delivery-status")
    told["From"], told["To"] = "MAILER-DAEMON@mx.example", "bookings@coachops.example"
    told["Subject"] = "Undelivered Mail Returned to Sender"
    told.attach(MIMEText("This is the mail system. I am sorry."))
    about, who = EmailMessage(), EmailMessage()
    about["Reporting-MTA"] = "dns; mx.example"
    who["Final-Recipient"] = f"rfc822; {address}"
    who["Action"] = "failed"
    who["Status"] = status
    part = MIMEBase("message", "delivery-status")
    part.set_payload([about, who])
    told.attach(part)
    ours = EmailMessage()
    ours["Subject"], ours["X-Mail-Reference"] = "Tomorrow at ten", reference
    headers = MIMEText(ours.as_string(), "rfc822-headers")
    told.attach(headers)
    return told.as_bytes()


def test_a_mail_server_s_report_in_our_mailbox_is_read_and_removed(post: Post) -> None:
    entry = post.logged()
    verdict = take_mail(report(reference(post, entry)), now=NOW)
    assert verdict is Verdict.ANOTHER_APP_S
    assert verdict.is_dealt_with
    assert marked(post) == [(CAROL, "invalid")]


def test_a_full_mailbox_comes_back_without_marking_the_address(post: Post) -> None:
    entry = post.logged()
    assert take_report(report(reference(post, entry), status="4.2.2"), now=NOW)
    assert marked(post) == []
    (line,) = post.log(pk=entry.pk)
    assert line.bounce_reason == "timed_out"


def test_other_mail_is_left_for_a_person(post: Post) -> None:
    chat = b"From: carol@harbour.example\r\nTo: bookings@coachops.example\r\n\r\nHello?\r\n"
    assert take_mail(chat, now=NOW) is Verdict.NOT_A_REPLY
    assert take_mail(report("nothing of ours"), now=NOW).is_dealt_with
    assert marked(post) == []


def test_each_mail_carries_the_reference_that_reports_give_back(post: Post, desk: Desk) -> None:
    desk.book()
    sent = next(each for each in post.deliver() if each.to == [CAROL])
    (entry,) = post.log(client=post.cast.carol_client)
    assert sent.extra_headers["X-Mail-Reference"] == reference(post, entry)
    assert f"\nX-Mail-Reference: {reference(post, entry)}\n".encode() in sent.message().as_bytes()
    assert sent.metadata == {"reference": reference(post, entry)}


def test_the_coach_sees_it_on_today_and_tries_the_address_again(post: Post, visit: Any) -> None:
    event(postmark(reference(post, post.logged())))
    bob = visit(post.cast.bob)
    assert b"Mail comes back" in bob.get("/coach/harbour/").content
    log = f"/coach/harbour/clients/{post.cast.carol_client.pk}/mail/"
    page = bob.get(log).content.decode()
    assert "comes back" in page
    assert "secret" not in page
    bob.post(f"{log}try/")
    assert marked(post) == []
    assert b"Mail comes back" not in bob.get("/coach/harbour/").content


def test_the_owner_sees_addresses_of_everybody_and_tries_them_again(post: Post, visit: Any) -> None:
    event(postmark(reference(post, post.logged("sam@harbour.example")), "sam@harbour.example"))
    alice = visit(post.cast.alice)
    page = alice.get("/coach/harbour/mail/coming-back/")
    assert b"sam@harbour.example" in page.content
    with scope(post.cast.alice.scope()):
        row = AddressBounce.objects.get()
    alice.post(f"/coach/harbour/mail/coming-back/{row.pk}/try/")
    assert marked(post) == []


@pytest.mark.parametrize("depth", [3, 400])
def test_a_report_that_nests_without_end_is_no_report(post: Post, depth: int) -> None:
    nested = report(reference(post, post.logged()))
    for level in range(depth):
        head = f'Content-Type: multipart/report; boundary="b{level}"\r\n\r\n--b{level}\r\n'
        nested = head.encode() + nested + f"\r\n--b{level}--\r\n".encode()
    assert take_report(nested, now=NOW) is False
    assert marked(post) == []
