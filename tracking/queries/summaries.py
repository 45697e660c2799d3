"""What coach and client keep from their sessions, once it is shared."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.safestring import SafeString

from clients.queries.safes import Safe, safe_of
from coachops.tenancy.scope import confidential
from tracking.markdown import excerpt, render_markdown
from tracking.models import SessionSummary

FIRST_LINES = 200
# Columns rather than rows of four models: summaries are on the pages opened most.
_COLUMNS = (
    "id",
    "session_id",
    "session__number",
    "session__starts_at",
    "session__planned_session__session_plan__title",
    "author_id",
    "sealed_body",
    "version",
    "saved_at",
    "shared_at",
)

type SealedSummaries = QuerySet[SessionSummary, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Summary:
    """`text` is Markdown as it was typed. `title` is the playbook's, empty without one."""

    session_id: UUID
    session_number: int | None
    session_starts_at: datetime
    title: str
    text: str
    version: int
    saved_at: datetime
    shared_at: datetime | None

    @property
    def html(self) -> SafeString:
        return render_markdown(self.text)

    @property
    def first_lines(self) -> str:
        return excerpt(self.text, FIRST_LINES)


def shared_summaries(client_id: UUID, *, offset: int = 0, limit: int = 20) -> tuple[Summary, ...]:
    """Latest session first. Two queries."""
    with confidential():
        safe = safe_of(client_id)
        rows = shared_rows(client_id)[offset : offset + limit]
        return tuple(open_summary(safe, row) for row in rows)


def shared_summary_count(client_id: UUID) -> int:
    """One query."""
    with confidential():
        return shared_rows(client_id).count()


def shared_rows(client_id: UUID) -> SealedSummaries:
    """One a session, the latest that was shared; latest session first.

    Sealed; for callers who have stepped up to confidential().
    """
    later = SessionSummary.objects.filter(
        session=OuterRef("session"), shared_at__gt=OuterRef("shared_at")
    )
    rows = SessionSummary.objects.filter(
        ~Exists(later), client_id=client_id, shared_at__isnull=False
    )
    return sealed(rows).order_by("-session__starts_at", "-pk")


def sealed(summaries: QuerySet[SessionSummary]) -> SealedSummaries:
    """What `open_summary` needs of each."""
    return summaries.values(*_COLUMNS)  # type: ignore[no-any-return]


def open_summary(safe: Safe, row: dict[str, Any]) -> Summary:
    """For callers who hold the client's safe. No query."""
    return Summary(
        session_id=row["session_id"],
        session_number=row["session__number"],
        session_starts_at=row["session__starts_at"],
        title=row["session__planned_session__session_plan__title"] or "",
        text=safe.open(bytes(row["sealed_body"]), row_id=row["id"]),
        version=row["version"],
        saved_at=row["saved_at"],
        shared_at=row["shared_at"],
    )
