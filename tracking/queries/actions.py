"""Action items as rows of a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F

from tracking.models import ActionItem
from tracking.policies.actions import MOST_OPEN, days_late

DONE_SHOWN = 10
DONE_DAYS = 30
# Columns rather than rows: of the session, which is wide, only its number is shown.
_AS_THEY_ARE = (
    "id",
    "client_id",
    "text",
    "owner",
    "due_on",
    "created_at",
    "done_at",
    "dropped_at",
)


@dataclass(frozen=True, slots=True)
class ActionRow:
    """`days_late` counts from the reader's today."""

    id: UUID
    client_id: UUID
    text: str
    owner: str
    due_on: date | None
    created_at: datetime
    done_at: datetime | None
    dropped_at: datetime | None
    session_number: int | None
    days_late: int

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_dropped(self) -> bool:
        return self.dropped_at is not None

    @property
    def is_open(self) -> bool:
        return not self.is_done and not self.is_dropped

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.days_late > 0

    @property
    def is_coachs(self) -> bool:
        return self.owner == ActionItem.Owner.COACH


def open_actions(client_id: UUID, *, today: date) -> tuple[ActionRow, ...]:
    """What is still to be done, overdue first. One query."""
    rows = _rows(client_id).open().order_by(F("due_on").asc(nulls_last=True), "created_at")
    return tuple(_listed(rows[:MOST_OPEN], today))


def recent_actions(client_id: UUID, *, today: date, now: datetime) -> tuple[ActionRow, ...]:
    """Open ones, overdue first, then what was done in the last month, latest first. One query."""
    since = now - timedelta(days=DONE_DAYS)
    rows = _rows(client_id).filter(dropped_at=None).exclude(done_at__lt=since)
    ordered = rows.order_by(
        F("done_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "created_at"
    )
    return tuple(_listed(ordered[: MOST_OPEN + DONE_SHOWN], today))


def _rows(client_id: UUID) -> Any:
    return ActionItem.objects.filter(client_id=client_id)


def _listed(rows: Any, today: date) -> Iterator[ActionRow]:
    for row in rows.values(*_AS_THEY_ARE, "session__number"):
        yield ActionRow(
            **{name: row[name] for name in _AS_THEY_ARE},
            session_number=row["session__number"],
            days_late=days_late(row["due_on"], today),
        )


def action_row(row: ActionItem, today: date) -> ActionRow:
    """One item as a page shows it. No query if its session has been loaded."""
    return ActionRow(
        id=row.pk,
        client_id=row.client_id,
        text=row.text,
        owner=row.owner,
        due_on=row.due_on,
        created_at=row.created_at,
        done_at=row.done_at,
        dropped_at=row.dropped_at,
        session_number=row.session.number if row.session_id else None,
        days_late=days_late(row.due_on, today),
    )
