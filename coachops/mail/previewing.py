"""What somebody would be sent, before it is: the very mail, made by the very code that sends it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import nh3
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe

from coachops.mail.message import INVITATION_NAME, Mail
from coachops.outbox.queue import Row, watched
from coachops.outbox.registry import ClaimedMessage, handler_for, preparing
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import scope, system_scope

# What is due later is a reminder of its own, which the one that goes out now makes needless or not.
SOON: Final = timedelta(hours=24)
# What is done may have looked at the clock itself, a moment later.
_AT_ONCE: Final = timedelta(minutes=1)
# The button of a form which shows what would be sent, where the other one sends it.
LOOK: Final = "look"
# What lets in whoever has it: links to answer and to sign, and to choose which mails one gets.
_TOKEN: Final = re.compile(r"(/l/|/mail/(?:choices|off)/)[^\s<>\"]+")
# What our mails are made of. No href, so that nothing acts; no style, which pages forbid: the same
# rules come with the classes, as a style sheet of our own. Images are the practice's logo.
_TAGS: Final = {"a", "b", "br", "div", "h1", "img", "p", "table", "tbody", "td", "th", "tr"}
_OF_TABLES: Final = {"align", "border", "cellpadding", "cellspacing", "width"}
_ATTRIBUTES: Final = {
    "*": {"class"},
    "img": {"src", "alt", "height"},
    "table": {"role", *_OF_TABLES},
    "td": {"align"},
    "th": {"scope"},
}


@dataclass(frozen=True, slots=True)
class MailPreview:
    """One mail as its reader would get it. `due_at` is when: at once, or in the morning there.

    `html`: the body as mail programs draw it, whose classes `mail/base.css` speaks of; empty for a
    mail of text alone. `encloses`: the names of the files that come with it.
    """

    to: str
    subject: str
    text: str
    html: SafeString
    encloses: tuple[str, ...]
    due_at: datetime
    goes_at_once: bool


def is_looking(sent: Mapping[str, object]) -> bool:
    """Whether a form was sent to see its mails and not yet to send them."""
    return LOOK in sent


def mails_of(act: Callable[[], object], *, now: datetime) -> tuple[MailPreview, ...]:
    """The mails that would go out if `act` were done now. It is done, read and undone.

    Whatever `act` raises is raised. Links in the text are left out: whoever looks at the mail is
    not the one it speaks to, and the ones it was made with are gone with the rest.
    """
    with transaction.atomic():
        with watched() as rows:
            act()
        due = [row for row in rows if (row["due_at"] or now) <= now + SOON]
        found = [_preview(row, now) for row in due]
        transaction.set_rollback(True)
    return tuple(each for each in found if each is not None)


def preview_of(mail: Mail, *, due_at: datetime, now: datetime) -> MailPreview:
    """A mail that is made already: for pages that show it by themselves, which write nothing."""
    return MailPreview(
        to=mail.to,
        subject=mail.subject,
        text=_TOKEN.sub(r"\1…", mail.text),
        html=_body(mail.html),
        encloses=tuple(each.name for each in mail.attachments)
        + ((INVITATION_NAME,) if mail.calendar else ()),
        due_at=due_at,
        goes_at_once=due_at <= now + _AT_ONCE,
    )


def _body(html: str) -> SafeString:
    """Without everything that acts, loads or lets in."""
    clean = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style", "title"},
        attributes=_ATTRIBUTES,
        link_rel=None,
    )
    return mark_safe(_TOKEN.sub(r"\1…", clean.strip()))  # noqa: S308 -- nh3 cleans it


def _preview(row: Row, now: datetime) -> MailPreview | None:
    message = _message(row, now)
    with scope(system_scope(row["practice_id"])), preparing(message):
        delivery = handler_for(message.kind).prepare(message)
    mail: Any = delivery.args[0] if isinstance(delivery, partial) and delivery.args else None
    if not isinstance(mail, Mail):
        return None
    return preview_of(mail, due_at=message.due_at, now=now)


def _message(row: Row, now: datetime) -> ClaimedMessage:
    return ClaimedMessage(
        id=row["id"],
        practice_id=row["practice_id"],
        claim=uuid7(),
        kind=row["kind"],
        key=row["key"],
        subject_id=row["subject_id"],
        recipient=row["recipient"],
        payload=row["payload"],
        body="",
        due_at=row["due_at"] or now,
        not_after=row["not_after"],
        attempts=0,
        unsure=0,
        is_too_late=False,
    )
