"""A line of what needs somebody; those of messages, of handovers and of consent in their place."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True, slots=True)
class Need:
    """`symbol` and `tone` are the design system's; `url` is where it is resolved."""

    kind: str
    who: str
    what: str
    why: str
    action: str
    url: str
    symbol: str
    tone: str


def unanswered(client_id: UUID, at: datetime, who: str, slug: str, *, is_logistics: bool) -> Need:
    """The client wrote, and has waited for longer than the coach lets them expect."""
    page = "coach:client_logistics" if is_logistics else "coach:client_messages"
    return Need(
        kind="message",
        who=who,
        what=_("Waits for an answer about dates or papers")
        if is_logistics
        else _("Waits for your answer"),
        why=_("Wrote on %(day)s.") % {"day": date_format(timezone.localtime(at), "D j M")},
        action=_("Answer"),
        url=reverse(page, args=[slug, client_id]),
        symbol="message-circle",
        tone="warn",
    )


def of_handover(
    kind: str, client_id: UUID, at: datetime, who: str, slug: str, *, is_mine: bool
) -> Need:
    """What a handover waits for: the client, the coach who was there before, or the next one.

    Of a client who has not said, whom it is about comes before the name, apart by a character no
    name has. `is_mine`: the reader is to write the brief.
    """
    coach, _separator, name = who.rpartition(chr(31))
    day = {"day": date_format(timezone.localtime(at), "D j M"), "coach": coach}
    page = "coach:handover"
    if kind == "passes_on":
        what, action = _("Has not said what passes on"), _("Ask again")
        why = _("Asked on %(day)s. Of before nothing is open to %(coach)s until then.") % day
    elif kind == "brief_wanted":
        what, action = _("A brief for the next coach is wanted"), _("See how far it is")
        why = _("Somebody else coaches them too, since %(day)s.") % day
        if is_mine:
            action, page = _("Write it"), "coach:handover_brief"
    else:
        what, action, page = _("A brief for you is ready"), _("Read it"), "coach:client"
        why = _("The client passed it on to you on %(day)s.") % day
    return Need(
        kind=kind,
        who=name,
        what=what,
        why=why,
        action=action,
        url=reverse(page, args=[slug, client_id]),
        symbol="users-round",
        tone="warn" if kind == "passes_on" else "plain",
    )


def second_asked(at: datetime, who: str, slug: str) -> Need:
    """The reader is the independent person; who wants to look comes before whose records."""
    reader, _separator, name = who.partition(chr(31))
    why = _("%(reader)s asked on %(day)s to open what a coach who is gone had shared.")
    return Need(
        kind="second_asked",
        who=name,
        what=_("Your consent is asked for"),
        why=why % {"reader": reader, "day": date_format(timezone.localtime(at), "D j M")},
        action=_("Read why, and decide"),
        url=reverse("coach:second_consent", args=[slug]),
        symbol="lock-keyhole",
        tone="risk",
    )


def renewal(engagement_id: UUID, ends_on: datetime, left: int | None, who: str, slug: str) -> Need:
    """`left`: sessions of the ledger, None without one. `ends_on`: that day at midnight in UTC."""
    why = _("It ends on %(day)s.") % {"day": date_format(ends_on, "D j M")}
    if left is not None:
        sessions = ngettext("One session is left.", "%(n)s sessions are left.", left) % {"n": left}
        why = f"{sessions} {why}"
    return Need(
        kind="renewal",
        who=who,
        what=_("Time to talk about renewal"),
        why=why,
        action=_("Open the engagement"),
        url=reverse("coach:engagement", args=[slug, engagement_id]),
        symbol="repeat",
        tone="plain",
    )
