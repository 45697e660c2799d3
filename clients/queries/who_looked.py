"""Every read of a client's content by somebody else, in plain words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import ContentRead
from clients.policies import ContentKind
from coachops.practices.roles import Audience

ROWS_A_PAGE = 50

KIND_LABELS: dict[str, str | Promise] = {
    ContentKind.SESSION: _("the notes of a session"),
    ContentKind.SUMMARY: _("session summaries"),
    ContentKind.GOALS: _("your goals"),
    ContentKind.ACTIONS: _("your action items"),
    ContentKind.REFLECTIONS: _("reflections that you shared"),
    ContentKind.PROFILE: _("your profile"),
    ContentKind.PATTERNS: _("which themes and words return in your sessions"),
    ContentKind.INTAKE: _("what you answered before the coaching"),
    ContentKind.PREPARATION: _("how you prepared for a session"),
    ContentKind.QUESTIONNAIRE: _("what you answered when you were asked"),
    ContentKind.BOOKING: _("what you answered when booking"),
    ContentKind.THREE_WAY: _("what you bring to a meeting of three"),
    ContentKind.REPORT: _("a progress report about you"),
    ContentKind.SPONSOR_PAGE: _("the page about you for sponsors"),
    ContentKind.OPENED: _("what was shared with a coach who is gone"),
    ContentKind.MESSAGES: _("what you write to each other"),
    ContentKind.BRIEF: _("the brief that you passed on"),
    ContentKind.CONTACTS: _("how to reach you and your next dates, standing in for your coach"),
}


@dataclass(frozen=True, slots=True)
class ReadRow:
    """Who read what, and in which hour."""

    reader_id: UUID
    reader: str
    is_sponsor: bool
    what: str | Promise
    hour: datetime
    hour_end: datetime


def reads_of(client_id: UUID, page: int | str) -> Page[ReadRow]:
    """A page of the access ledger of one client, the newest first. Two queries."""
    rows = (
        ContentRead.objects.select_related("reader")
        .filter(client_id=client_id)
        .order_by("-first_read_at", "-id")
    )
    found = Paginator(rows, ROWS_A_PAGE).get_page(page)
    found.object_list = [_row(row) for row in found.object_list]
    return found


def _row(row: ContentRead) -> ReadRow:
    return ReadRow(
        reader_id=row.reader_id,
        reader=row.reader.name,
        is_sponsor=row.reader.audience == Audience.SPONSOR,
        what=KIND_LABELS.get(row.kind, row.kind),
        hour=row.hour,
        hour_end=row.hour + timedelta(hours=1),
    )
