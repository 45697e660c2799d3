"""Progress reports as lines of lists, and what one page about a report needs."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import ContentRead
from clients.policies import ContentKind
from coachops.outbox.models import Message
from coachops.practices.roles import Audience
from tracking.models import ProgressReport, ReportFile
from tracking.policies.reports import ReportState, days_late

ROWS_A_PAGE = 25
MOST_OF_ONE = 50

STEP_LABELS: dict[str, str | Promise] = {
    ReportState.DUE: _("Draft it"),
    ReportState.DRAFTED: _("Check it"),
    ReportState.CHECKED: _("Send for review"),
    ReportState.IN_REVIEW: _("Waiting for the client"),
    ReportState.APPROVED: _("Issue it"),
    ReportState.ISSUED: _("Read"),
}


@dataclass(frozen=True, slots=True)
class ReportLine:
    """State and delivery: what an assistant or an owner may know. No content."""

    id: UUID
    engagement_id: UUID
    client_id: UUID
    client_name: str
    organisation_name: str
    coach_name: str
    number: int
    state: str
    state_label: str | Promise
    period_starts_on: date
    period_ends_on: date
    due_on: date
    review_ends_at: datetime | None
    issued_at: datetime | None
    is_final: bool
    has_file: bool
    opened_at: datetime | None
    days_late: int

    @property
    def is_issued(self) -> bool:
        return self.state == ReportState.ISSUED

    @property
    def step(self) -> str | Promise:
        return STEP_LABELS[self.state]

    @property
    def tone(self) -> str:
        """The chip's kind."""
        if self.is_issued:
            return "good"
        return "risk" if self.days_late else "line"


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One mail about a report: to whom, and what became of it."""

    recipient: str
    state: str
    sent_at: datetime | None


def report_rows(
    visible: QuerySet[ProgressReport], *, show: str, page: int | str, today: date
) -> Page[ReportLine]:
    """A page of reports: the open ones by their date, issued ones newest first. Two queries."""
    if show == "issued":
        rows = visible.filter(state=ReportState.ISSUED).order_by("-issued_at", "-pk")
    else:
        rows = visible.exclude(state=ReportState.ISSUED).order_by("due_on", "pk")
    found: Any = Paginator(_with_delivery(rows), ROWS_A_PAGE).get_page(page)
    found.object_list = [_line(row, today) for row in found.object_list]
    lines: Page[ReportLine] = found
    return lines


def line_of(report: ProgressReport, today: date) -> ReportLine:
    """One report. One query."""
    return _line(_with_delivery(ProgressReport.objects.filter(pk=report.pk)).get(), today)


def reports_in_review(client_id: UUID, today: date) -> tuple[ReportLine, ...]:
    """What waits for the client's word: nothing of it has been rendered or delivered. One query."""
    rows = ProgressReport.objects.filter(client_id=client_id, state=ReportState.IN_REVIEW)
    undelivered = _with_people(rows).annotate(
        has_file=Value(False), opened_at=Value(None, output_field=DateTimeField())
    )
    return tuple(_line(row, today) for row in undelivered[:MOST_OF_ONE])


def letters_of(report: ProgressReport) -> tuple[LetterLine, ...]:
    """The mails to the sponsor about an issued report. One query."""
    rows = Message.objects.filter(subject_id=report.pk, kind="tracking.report.issued").order_by(
        "recipient"
    )
    return tuple(LetterLine(row.recipient, row.state, row.sent_at) for row in rows[:MOST_OF_ONE])


def _with_delivery(rows: QuerySet[ProgressReport]) -> QuerySet[ProgressReport]:
    """With people, file, and when somebody of the sponsor first read.

    Nothing tracks an opening: it follows from the access ledger. A read counts for the report that
    was the latest one issued at that time.
    """
    later = ProgressReport.objects.filter(
        engagement=OuterRef(OuterRef("engagement")),
        number__gt=OuterRef(OuterRef("number")),
        issued_at__lte=OuterRef("first_read_at"),
    )
    reads = (
        ContentRead.objects.filter(
            client=OuterRef("client"),
            kind=ContentKind.REPORT,
            reader__audience=Audience.SPONSOR,
            first_read_at__gte=OuterRef("issued_at"),
        )
        .filter(~Q(Exists(later)))
        .order_by("first_read_at")
    )
    return _with_people(rows).annotate(
        has_file=Exists(ReportFile.objects.filter(report=OuterRef("pk"))),
        opened_at=Subquery(reads.values("first_read_at")[:1]),
    )


def _with_people(rows: QuerySet[ProgressReport]) -> QuerySet[ProgressReport]:
    people = ("engagement__sponsor_organisation", "engagement__coach", "client")
    return rows.select_related(*people).defer(
        "facts", "narrative", "client_statement", "requested_changes"
    )


def _line(row: ProgressReport, today: date) -> ReportLine:
    organisation = row.engagement.sponsor_organisation
    return ReportLine(
        id=row.pk,
        engagement_id=row.engagement_id,
        client_id=row.client_id,
        client_name=row.client.name,
        organisation_name=organisation.name if organisation else "",
        coach_name=row.engagement.coach.name,
        number=row.number,
        state=row.state,
        state_label=ProgressReport.State(row.state).label,
        period_starts_on=row.period_starts_on,
        period_ends_on=row.period_ends_on,
        due_on=row.due_on,
        review_ends_at=row.review_ends_at,
        issued_at=row.issued_at,
        is_final=row.is_final,
        has_file=row.has_file,  # type: ignore[attr-defined]
        opened_at=row.opened_at,  # type: ignore[attr-defined]
        days_late=days_late(state=row.state, due_on=row.due_on, today=today),
    )
