"""How far a handover is, for whoever organises: who was asked and has answered, never what."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from clients.models import BriefStanding, Client, CoachAssignment, Handover, HandoverLink
from clients.queries.clients import has_portal

MOST_BRIEFS: Final = 20


@dataclass(frozen=True, slots=True)
class Asking:
    """The client and one coach who came later. `way`: portal, link, or "" where nobody can ask."""

    id: UUID
    coach: str
    since: date
    asked_at: datetime
    answered_at: datetime | None
    way: str

    @property
    def waits(self) -> bool:
        return self.answered_at is None and bool(self.way)


@dataclass(frozen=True, slots=True)
class BriefState:
    """One coach's brief. `is_mine`: its author looks."""

    author: str
    wanted_at: datetime | None
    declined_at: datetime | None
    shared_at: datetime | None
    is_mine: bool

    @property
    def is_wanted(self) -> bool:
        return self.wanted_at is not None and self.declined_at is None and self.shared_at is None


def open_ways() -> QuerySet[HandoverLink]:
    """Of the handover that the query is about."""
    return HandoverLink.objects.filter(handover=OuterRef("pk"), closed_at=None)  # type: ignore[no-any-return]


def way_of(client: Client, *, has_link: bool) -> str:
    """How somebody can be asked today."""
    if has_portal(client):
        return "portal"
    return "link" if has_link else ""


def may_be_asked(handover: Handover) -> bool:
    """Whether a mail can bring the client to an answer. At most one query."""
    has_link = HandoverLink.objects.filter(handover=handover, closed_at=None)
    return has_portal(handover.client) or bool(has_link.exists())


def askings_of(handovers: QuerySet[Handover]) -> tuple[Asking, ...]:
    """One query."""
    rows = handovers.annotate(has_link=Exists(open_ways()))
    return tuple(
        Asking(
            id=row.pk,
            coach=row.assignment.coach.name,
            since=row.assignment.started_on,
            asked_at=row.asked_at,
            answered_at=row.answered_at,
            way=way_of(row.client, has_link=row.has_link),
        )
        for row in rows.order_by("asked_at", "id")
    )


def briefs_of(client: Client, reader_id: UUID, today: date) -> tuple[BriefState, ...]:
    """Of whoever still coaches, and those that were shown. One query."""
    here = CoachAssignment.objects.current(today).filter(client=client, coach=OuterRef("author"))
    rows = BriefStanding.objects.select_related("author").filter(client=client)
    rows = rows.annotate(is_here=Exists(here)).order_by("author__name", "id")
    return tuple(
        BriefState(
            author=row.author.name,
            wanted_at=row.wanted_at,
            declined_at=row.declined_at,
            shared_at=row.shared_at,
            is_mine=row.author_id == reader_id and row.is_here,
        )
        for row in rows[:MOST_BRIEFS]
        if row.shared_at or row.is_here
    )
