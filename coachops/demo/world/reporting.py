"""Progress reports of the demo: one issued, one with the client, Leyla's just drafted."""

from datetime import datetime, timedelta

from coachops.demo.world import texts
from coachops.demo.world.cast import Run, scope_of
from coachops.tenancy.scope import scope
from tracking.models import ProgressReport
from tracking.queries.reports_draft import shown_hash
from tracking.services.reports import (
    check_report,
    save_narrative,
    send_for_review,
    start_report,
)
from tracking.services.reports_issue import issue_report
from tracking.services.reports_review import release_report

LEYLA, CLAIRE, HENRIK, JAKUB, GRACE = 0, 2, 3, 5, 12
STOPS_AT = {
    LEYLA: "drafted",
    CLAIRE: "in_review",
    HENRIK: "issued",
    JAKUB: "issued",
    GRACE: "issued",
}


def report_on(run: Run, now: datetime) -> None:
    """As far as this client's report has come."""
    stop = STOPS_AT.get(run.index)
    if stop is None or run.member is None:
        return
    at = now - timedelta(days=1 if stop == "drafted" else 6 if stop == "in_review" else 20)
    with scope(scope_of(run.coach)):
        report = start_report(engagement=run.engagement, by=run.coach, now=at)
        if stop == "drafted":
            return
        report = _sent_for_review(report, run, at)
    if stop == "in_review":
        return
    with scope(scope_of(run.member)):
        report = release_report(
            report=report,
            struck=set(),
            statement=texts.STATEMENT,
            shown=shown_hash(report),
            by=run.member,
            now=at + timedelta(days=2),
        )
    with scope(scope_of(run.coach)):
        issue_report(report=report, by=run.coach, now=at + timedelta(days=2, hours=3))


def _sent_for_review(report: ProgressReport, run: Run, at: datetime) -> ProgressReport:
    save_narrative(
        report=report, text=texts.NARRATIVE, version=report.version, by=run.coach, now=at
    )
    report = report.reload()
    report = check_report(report=report, by=run.coach, now=at + timedelta(hours=1))
    return send_for_review(report=report, by=run.coach, now=at + timedelta(hours=2))
