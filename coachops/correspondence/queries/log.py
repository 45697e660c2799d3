"""The mail log of a client, and the addresses that send mail back, as pages show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from clients.queries.clients import address_of
from coachops.correspondence.models import AddressBounce, MailLogEntry
from coachops.correspondence.policies import BounceReason, LogState
from coachops.correspondence.queries.readers import plain_address

REASONS: Final[dict[str, Promise]] = {
    BounceReason.INVALID: _("There is no such address."),
    BounceReason.BOUNCED: _("The mail server there refused it."),
    BounceReason.BLOCKED: _("The mail server there blocks our mail."),
    BounceReason.SPAM: _("It was taken for spam."),
    BounceReason.UNSUBSCRIBED: _("The mail provider was asked not to write there any more."),
    BounceReason.COMPLAINED: _("The reader marked our mail as spam."),
    BounceReason.TIMED_OUT: _("The mailbox was full or could not be reached for days."),
    BounceReason.OTHER: _("The mail provider gave no reason we know."),
}

# Filters of the page, by the word in the address.
FILTERS: Final[dict[str, Promise]] = {
    "": _("All"),
    "sent": _("Sent"),
    "waiting": _("Waiting"),
    "bounced": _("Came back"),
    "not-sent": _("Not sent"),
}
_WAITS = (LogState.WAITING, LogState.SENDING)
_NOT_SENT = (LogState.OFF, LogState.HELD, LogState.NOT_SENT, LogState.GIVEN_UP)
_CONDITIONS: Final[dict[str, Q]] = {
    "sent": Q(state__in=(LogState.SENT, LogState.DIGEST), bounced_at=None),
    "waiting": Q(state__in=_WAITS, bounced_at=None),
    "bounced": Q(bounced_at__isnull=False),
    "not-sent": Q(state__in=_NOT_SENT, bounced_at=None),
}

_WORDS: Final[dict[str, tuple[Promise, str, Promise | str]]] = {
    LogState.WAITING: (_("Waiting"), "line", ""),
    LogState.SENDING: (_("On its way"), "line", ""),
    LogState.SENT: (_("Sent"), "good", ""),
    LogState.GIVEN_UP: (_("Given up"), "risk", _("It could not be delivered.")),
    LogState.NOT_SENT: (_("Not sent"), "line", _("It was no longer wanted when it was due.")),
    LogState.OFF: (_("Not sent"), "line", _("The reader does not want mail of this kind.")),
    LogState.HELD: (_("Not sent"), "warn", _("Mail to this address comes back.")),
    LogState.DIGEST: (_("In a digest"), "good", _("The reader gets news together.")),
}


@dataclass(frozen=True, slots=True)
class LoggedMail:
    """One line: when, what about, to whom, how far. Never what it said."""

    subject: str
    address: str
    is_copy: bool
    at: datetime
    waits_until: datetime | None
    state: Promise
    tone: str
    reason: Promise | str
    may_have_been_sent: bool


@dataclass(frozen=True, slots=True)
class ComingBack:
    """An address to which mail comes back, and why."""

    id: UUID
    address: str
    reason: Promise
    bounced_at: datetime


def logged(client: Client, state: str = "") -> QuerySet[MailLogEntry]:
    """A client's log, newest first, narrowed to a word of FILTERS."""
    rows = MailLogEntry.objects.filter(client=client)
    if state in _CONDITIONS:
        rows = rows.filter(_CONDITIONS[state])
    return rows.order_by("-written_at", "-id")  # type: ignore[no-any-return]


def logged_mail(entry: MailLogEntry) -> LoggedMail:
    """The line as a page shows it."""
    state, tone, reason = _WORDS[entry.state]
    if entry.bounced_at is not None:
        state, tone, reason = _("Came back"), "risk", REASONS[entry.bounce_reason]
    is_waiting = entry.state == LogState.WAITING
    return LoggedMail(
        subject=entry.subject,
        address=entry.address,
        is_copy=entry.is_copy,
        at=entry.settled_at or entry.written_at,
        waits_until=entry.due_at if is_waiting else None,
        state=state,
        tone=tone,
        reason=reason,
        may_have_been_sent=entry.may_have_been_sent,
    )


def state_words(state: str, *, is_bounced: bool) -> tuple[Promise, str]:
    """How far a mail came, and the tone of its chip."""
    words, tone, _reason = _WORDS[state]
    return (_("Came back"), "risk") if is_bounced else (words, tone)


def coming_back(client: Client) -> ComingBack | None:
    """Whether mail to the client's present address comes back. One query (none to load it)."""
    address = plain_address(address_of(client))
    found: AddressBounce | None = AddressBounce.objects.filter(address=address).first()
    return None if found is None else bounced_address(found)


def bounced_address(row: Any) -> ComingBack:
    """The row as a page shows it."""
    return ComingBack(row.pk, row.address, REASONS[row.reason], row.bounced_at)
