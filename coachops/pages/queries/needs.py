"""A line of what needs somebody, and the one for a message that nobody has answered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


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
