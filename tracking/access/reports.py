"""Who may open a progress report, and how much of it. Whoever may not, gets the same 404."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from clients.access import (
    clients_for_member,
    coached_client_ids,
    engagements_for_sponsor,
    own_client,
    standing,
)
from clients.access.speaking import spoken_for
from clients.models import Client, Engagement
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.policies import Data, may_read
from tracking.models import ProgressReport, ReportFile
from tracking.policies.reports import ReportState

_RELEASED = (ReportState.APPROVED, ReportState.ISSUED)
_FOR_CLIENTS = (ReportState.IN_REVIEW, ReportState.APPROVED, ReportState.ISSUED)


def reports_for_member(request: PracticeRequest) -> QuerySet[ProgressReport]:
    """Reports whose state the member may know. Their content is another matter."""
    clients = clients_for_member(request).values("pk")
    return ProgressReport.objects.filter(client__in=clients)  # type: ignore[no-any-return]


def report_for_member(request: PracticeRequest, pk: UUID) -> ProgressReport:
    """State and delivery alone. Raises 404."""
    return _one(reports_for_member(request).filter(pk=pk))


def may_read_report(request: PracticeRequest, report: ProgressReport) -> bool:
    """Whether the words of it are open to the member, as the who-sees-what table says."""
    is_coached = _read_by_coach(request).filter(pk=report.pk).exists()
    kind = Data.REPORT_ISSUED if report.is_issued else Data.REPORT_DRAFT
    return may_read(kind, standing(request, is_coached=is_coached))


def report_for_coach(request: PracticeRequest, pk: UUID) -> ProgressReport:
    """A report on a client whom the member coaches, to write on. Raises 404."""
    if not may_read(Data.REPORT_DRAFT, standing(request, is_coached=True)):
        raise Http404
    return _one(_read_by_coach(request).filter(pk=pk))


def _read_by_coach(request: PracticeRequest) -> QuerySet[ProgressReport]:
    """Without drafts begun before they came, which hold another's words no client has released."""
    came_later = coached_client_ids(request).filter(
        client_id=OuterRef("client_id"), sees_from_at__gt=OuterRef("drafted_at")
    )
    reports = ProgressReport.objects.filter(client__in=coached_client_ids(request))
    return reports.filter(  # type: ignore[no-any-return]
        Q(state__in=_RELEASED) | ~Exists(came_later)
    )


def opened_report_for_coach(request: PracticeRequest, pk: UUID, *, now: datetime) -> ProgressReport:
    """The same with the read written down. Raises 404."""
    report = report_for_coach(request, pk)
    record_report_read(request, report, now=now)
    return report


def own_report(request: PracticeRequest, pk: UUID) -> ProgressReport:
    """The signed-in client's own, or of a team they speak for, from the review on; drafts are the
    coach's. Raises 404."""
    reports = ProgressReport.objects.filter(spoken_for(request))
    return _one(reports.filter(pk=pk, state__in=_FOR_CLIENTS))


def issued_report_for_sponsor(
    request: PracticeRequest, pk: UUID, *, now: datetime
) -> ProgressReport:
    """A report issued to this contact's company, with the read written down. Raises 404.

    It stays readable after the client has lowered the level: what is out remains out.
    """
    reports = ProgressReport.objects.filter(
        pk=pk,
        state=ReportState.ISSUED,
        engagement__in=engagements_for_sponsor(request).values("pk"),
    )
    report = _one(reports)
    record_report_read(request, report, now=now)
    return report


def record_report_read(request: PracticeRequest, report: ProgressReport, *, now: datetime) -> None:
    record_read(
        client_id=report.client_id,
        reader_id=request.membership.pk,
        kind=ContentKind.REPORT,
        now=now,
    )


def file_of(report: ProgressReport) -> ReportFile:
    """The PDF of an issued report. Raises 404 until the worker has made it."""
    return found_or_404(ReportFile, ReportFile.objects.filter(report=report))


def sponsored_engagements(request: PracticeRequest) -> tuple[Client, tuple[Engagement, ...]]:
    """The signed-in client's engagements that a company pays for, newest first. Raises 404."""
    client = own_client(request)
    rows = Engagement.objects.select_related("client", "coach", "sponsor_organisation").filter(
        client=client, payer=Engagement.Payer.SPONSOR
    )
    return client, tuple(rows.order_by("-starts_on", "-pk")[:20])


def reportable_engagements(request: PracticeRequest) -> tuple[Engagement, ...]:
    """Running, open to their sponsor and without an open report: a report may be started now."""
    busy = ProgressReport.objects.exclude(state=ReportState.ISSUED).values("engagement_id")
    rows = (
        Engagement.objects.running()
        .select_related("client", "sponsor_organisation")
        .filter(
            client__in=clients_for_member(request).values("pk"),
            payer=Engagement.Payer.SPONSOR,
            disclosure_level__isnull=False,
        )
        .exclude(pk__in=busy)
    )
    return tuple(rows.order_by("client__name", "pk")[:200])


def _one(reports: QuerySet[ProgressReport]) -> ProgressReport:
    people = (
        "client",
        "engagement__client",
        "engagement__coach",
        "engagement__sponsor_organisation",
    )
    return found_or_404(ProgressReport, reports.select_related(*people))
