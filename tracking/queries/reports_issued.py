"""What a sponsor's page knows of reports: those that went out, and when the next one is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KeyTextTransform

from clients.policies import Part
from clients.queries.engagements import EngagementFacts
from tracking.models import ProgressReport, ReportFile
from tracking.policies.reports import ReportState, next_period
from tracking.queries.reports_facts import run_of

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class IssuedReport:
    """`statement` is what the client wrote in it."""

    id: UUID
    number: int
    is_final: bool
    period_starts_on: date
    period_ends_on: date
    issued_at: datetime
    has_file: bool
    statement: str


@dataclass(frozen=True, slots=True)
class ReportCalendar:
    """Newest first; `next_on` is None when no further report will come."""

    issued: tuple[IssuedReport, ...] = ()
    next_on: date | None = None

    @property
    def latest(self) -> IssuedReport | None:
        return next(iter(self.issued), None)

    @property
    def last_said(self) -> IssuedReport | None:
        """The latest report, if the client wrote in it."""
        return self.latest if self.latest and self.latest.statement else None


def report_calendars(
    engagements: Iterable[EngagementFacts], today: date
) -> dict[UUID, ReportCalendar]:
    """For each engagement that is open to its sponsor. One query, however many."""
    facts = {each.id: each for each in engagements if each.parts}
    rows: dict[UUID, list[ProgressReport]] = {key: [] for key in facts}
    for row in _rows(list(facts)):
        rows[row.engagement_id].append(row)
    return {key: _calendar(facts[key], found, today) for key, found in rows.items()}


def _rows(engagement_ids: list[UUID]) -> list[ProgressReport]:
    if not engagement_ids:
        return []
    return list(
        ProgressReport.objects.filter(engagement_id__in=engagement_ids)
        .annotate(
            has_file=Exists(ReportFile.objects.filter(report=OuterRef("pk"))),
            statement=KeyTextTransform("statement", "facts"),
        )
        .defer("facts", "narrative", "client_statement", "requested_changes")
        .order_by("-number", "pk")[:MOST_SHOWN]
    )


def _calendar(
    engagement: EngagementFacts, rows: list[ProgressReport], today: date
) -> ReportCalendar:
    with_words = Part.CLIENT_STATEMENT in engagement.parts
    return ReportCalendar(
        issued=tuple(
            _issued(row, with_words=with_words) for row in rows if row.state == ReportState.ISSUED
        ),
        next_on=_next_on(engagement, rows, today),
    )


def _next_on(engagement: EngagementFacts, rows: list[ProgressReport], today: date) -> date | None:
    """An open report's day, else the day of the one that follows the last."""
    if Part.NEXT_REPORT not in engagement.parts:
        return None
    latest = next(iter(rows), None)
    if latest is not None and latest.state != ReportState.ISSUED:
        return latest.due_on
    if latest is not None and latest.is_final:
        return None
    last_end = latest.period_ends_on if latest else None
    period = next_period(run_of(engagement), last_end=last_end, today=today)
    return period.due_on if period else None


def _issued(row: ProgressReport, *, with_words: bool) -> IssuedReport:
    return IssuedReport(
        id=row.pk,
        number=row.number,
        is_final=row.is_final,
        period_starts_on=row.period_starts_on,
        period_ends_on=row.period_ends_on,
        issued_at=row.issued_at,  # type: ignore[arg-type]
        has_file=row.has_file,  # type: ignore[attr-defined]
        statement=(row.statement or "") if with_words else "",  # type: ignore[attr-defined]
    )
