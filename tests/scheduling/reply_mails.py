"""Answers to invitations as Gmail, Outlook and Apple's calendar send them."""

import base64
import re
from pathlib import Path

from coachops.tenancy.scope import scope
from scheduling.models import Session
from scheduling.queries.replies import organizer_of
from tests.scheduling.conftest import Desk

FOLDER = Path(__file__).parent / "replies"
PROGRAMS = ("gmail", "outlook", "apple")
_BASE64 = re.compile(r"<<base64\n(.*?)>>\n", re.DOTALL)


def reply_mail(
    desk: Desk,
    session: Session,
    answer: str = "DECLINED",
    *,
    program: str = "gmail",
    sender: str = "carol@harbour.example",
    attendee: str = "",
    **changed: object,
) -> bytes:
    """One mail, with CRLF. `changed`: uid, sequence, organizer where they are not the session's."""
    with scope(desk.cast.bob.scope()):
        organizer = str(changed.get("organizer", organizer_of(session)))
    facts = {
        "sender": sender,
        "attendee": attendee or sender,
        "organizer": organizer,
        "organizer_folded": f"{organizer[:30]}\n {organizer[30:]}",
        "uid": changed.get("uid", session.calendar_uid),
        "sequence": changed.get("sequence", session.calendar_sequence),
        "answer": answer,
    }
    text = (FOLDER / f"{program}.eml").read_text()
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", str(value))
    text = _BASE64.sub(lambda found: _encoded(found[1]), text)
    return text.replace("\n", "\r\n").encode()


def nested_mail(depth: int = 2000) -> bytes:
    """Parts within parts within parts: more than a parser that calls itself can follow."""
    start = b"From: carol@harbour.example\r\nTo: bookings@coachops.example\r\n"
    parts = [
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(depth)
    ]
    return start + b"".join(parts) + b"\r\nHello?\r\n"


def _encoded(text: str) -> str:
    return base64.encodebytes(text.replace("\n", "\r\n").encode()).decode()
