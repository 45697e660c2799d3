"""A progress report from being due to being sent to the client for review."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from clients.models import Engagement
from clients.queries.clients import coaches_of, person_for
from clients.queries.engagements import EngagementFacts, engagement_facts
from coachops.audit.record import record
from coachops.outbox.queue import enqueue, withdraw
from coachops.practices.models import Membership, Practice
from coachops.practices.roles import Role
from coachops.tenancy.scope import current_practice_id
from tracking.models import ProgressReport
from tracking.policies.reports import (
    LONGEST_NARRATIVE,
    REMIND_BEFORE_END,
    REVIEW_FOR,
    Contents,
    Period,
    Refusal,
    ReportRefused,
    Step,
    check_length,
    check_sponsored,
    check_step,
    is_near,
    is_silent,
    next_period,
    period_until,
)
from tracking.policies.texts import Conflict
from tracking.queries.reports_facts import gather_facts, reduced, run_of
from tracking.services.versions import Saved

NOTICE_KIND = "tracking.report.notice"
MOST_AT_ONCE = 500
UNWRITTEN = 1
State = ProgressReport.State


@transaction.atomic
def open_due_reports(*, now: datetime) -> int:
    """Make a row for every report that should be begun; how many. Again makes none.

    Runs in a practice's scope. An engagement that is closed to its sponsor gets none: nothing may
    be told.
    """
    today = _today(now)
    opened = 0
    for engagement in _reportable():
        last_end = _last_end(engagement)
        period = next_period(run_of(engagement), last_end=last_end, today=today)
        if period is not None and is_near(period, today):
            opened += _create(engagement, period, State.DUE, now=now) is not None
    return opened


@transaction.atomic
def pass_silent_reviews(*, now: datetime) -> int:
    """Reviews whose time is over are approved for the facts for invoicing alone; how many."""
    waiting = ProgressReport.objects.select_for_update(skip_locked=True).filter(
        state=State.IN_REVIEW, review_ends_at__lte=now
    )
    passed = [report for report in waiting[:MOST_AT_ONCE] if _is_silent(report, now)]
    for report in passed:
        report.state, report.approved_at, report.approved_by_silence = State.APPROVED, now, True
        report.facts = reduced(report.facts, Contents())
        report.client_statement, report.struck_parts = "", []
        report.save()
        record(event="report.passed_by_silence", subject=report, now=now)
        tell(report, "silence", to="coach", now=now)
    return len(passed)


@transaction.atomic
def start_report(*, engagement: Engagement, by: Membership, now: datetime) -> ProgressReport:
    """A draft of facts up to today, by the coach or the assistant.

    An open report is drafted if it is due and returned as it is otherwise. Raises ReportRefused
    (SELF_PAYING, CLOSED, NOTHING_NEW).
    """
    facts = engagement_facts([engagement.pk])[engagement.pk]
    check_sponsored(is_sponsored=facts.is_sponsored, level=facts.disclosure_level)
    Engagement.objects.select_for_update().get(pk=engagement.pk)
    present = (
        ProgressReport.objects.filter(engagement=engagement).exclude(state=State.ISSUED).first()
    )
    if present is None:
        today = _today(now)
        period = next_period(run_of(facts), last_end=_last_end(facts), today=today)
        if period is None:
            raise ReportRefused(Refusal.NOTHING_NEW)
        present = _create(facts, period_until(period, today), State.DUE, now=now)
    if present is None:
        raise ReportRefused(Refusal.NOTHING_NEW)
    return draft_report(report=present, by=by, now=now) if present.state == State.DUE else present


@transaction.atomic
def draft_report(*, report: ProgressReport, by: Membership, now: datetime) -> ProgressReport:
    """Gather the facts under the level in force. Raises ReportRefused."""
    report = locked(report, Step.DRAFT)
    _gather(report, now)
    report.state, report.drafted_at = State.DRAFTED, now
    report.save()
    record(event="report.drafted", subject=report, now=now, facts=_level(report))
    return report


@transaction.atomic
def refresh_facts(*, report: ProgressReport, by: Membership, now: datetime) -> ProgressReport:
    """Gather them again; what the coach wrote stays. Raises ReportRefused."""
    report = locked(report, Step.REFRESH)
    _gather(report, now)
    report.save(update_fields=["facts", "disclosure_level"])
    record(event="report.refreshed", subject=report, now=now, facts=_level(report))
    return report


@transaction.atomic
def save_narrative(
    *, report: ProgressReport, text: str, version: int, by: Membership, now: datetime
) -> Saved:
    """What the coach adds, in Markdown, as the version after `version`.

    The trail holds that it was begun, not every keystroke.
    Raises Conflict when a newer version is there, ReportRefused TOO_LONG or for a report that is
    no longer a draft.
    """
    report = locked(report, Step.WRITE)
    check_coach(report, by)
    check_length(text, LONGEST_NARRATIVE)
    if report.narrative == text:
        return Saved(report.version, now)
    if report.version != version:
        raise Conflict(report.narrative, report.version)
    report.narrative, report.version = text, report.version + 1
    report.save(update_fields=["narrative", "version"])
    if version == UNWRITTEN:
        record(event="report.narrative_begun", subject=report, now=now)
    return Saved(report.version, now)


@transaction.atomic
def check_report(*, report: ProgressReport, by: Membership, now: datetime) -> ProgressReport:
    """The coach has read it. Raises ReportRefused."""
    report = locked(report, Step.CHECK)
    check_coach(report, by)
    report.state, report.checked_at = State.CHECKED, now
    report.save(update_fields=["state", "checked_at"])
    record(event="report.checked", subject=report, now=now)
    return report


@transaction.atomic
def reopen_report(*, report: ProgressReport, by: Membership, now: datetime) -> ProgressReport:
    """Back to a draft with fresh facts; what the client decided about it no longer counts.

    Raises ReportRefused.
    """
    report = locked(report, Step.REOPEN)
    check_coach(report, by)
    to_draft(report, now)
    report.save()
    record(event="report.reopened", subject=report, now=now)
    return report


@transaction.atomic
def send_for_review(*, report: ProgressReport, by: Membership, now: datetime) -> ProgressReport:
    """Ask the client, who has ten days. Raises ReportRefused (CLIENT_NOT_INVITED, CLOSED)."""
    report = locked(report, Step.SEND)
    check_coach(report, by)
    engagement = report.engagement
    check_sponsored(is_sponsored=engagement.is_sponsored, level=engagement.disclosure_level)
    person = person_for(report.client)
    if person is None or person.membership_id is None:
        raise ReportRefused(Refusal.CLIENT_NOT_INVITED)
    report.state, report.review_ends_at = State.IN_REVIEW, now + REVIEW_FOR
    report.requested_changes = ""
    report.save()
    record(event="report.sent_for_review", subject=report, now=now)
    tell(report, "review", to="client", now=now)
    tell(report, "reminder", to="client", now=report.review_ends_at - REMIND_BEFORE_END)
    return report


def locked(report: ProgressReport, step: Step) -> ProgressReport:
    """The row as it is now, held until the transaction ends. Raises ReportRefused."""
    row: ProgressReport | None = (
        ProgressReport.objects.select_for_update(of=("self",))
        .select_related("engagement", "client")
        .filter(pk=report.pk)
        .first()
    )
    if row is None:
        # What may not be changed cannot be locked either: the policy hides issued reports here.
        raise ReportRefused(Refusal.ISSUED)
    check_step(step, row.state)
    return row


def check_coach(report: ProgressReport, by: Membership) -> None:
    """Whoever sends words to a client or a sponsor is a coach. Raises ReportRefused."""
    if not by.has_role(Role.COACH):
        raise ReportRefused(Refusal.NOT_THE_COACH)


def to_draft(report: ProgressReport, now: datetime) -> None:
    """Reset the row; the caller saves it. Once the client has closed the level it is due again."""
    if report.engagement.disclosure_level is None:
        report.facts, report.disclosure_level, report.state = {}, None, State.DUE
    else:
        _gather(report, now)
        report.state, report.drafted_at = State.DRAFTED, now
    report.checked_at = report.review_ends_at = report.approved_at = None
    report.approved_by_silence, report.struck_parts, report.client_statement = False, [], ""
    withdraw(key_prefix=f"report:{report.pk}:notice:")


def tell(report: ProgressReport, what: str, *, to: str, now: datetime) -> None:
    """A mail to the client, or to each coach who is assigned today, without any content."""
    key = f"report:{report.pk}:notice:{what}:{now:%Y%m%dT%H%M%S}"
    if to == "client":
        payload = {"what": what, "to": to}
        enqueue(kind=NOTICE_KIND, key=key, due_at=now, subject_id=report.pk, payload=payload)
        return
    for coach in coaches_of([report.client_id], _today(now)).get(report.client_id, ()):
        enqueue(
            kind=NOTICE_KIND,
            key=f"{key}:{coach.id}",
            due_at=now,
            subject_id=report.pk,
            payload={"what": what, "to": to, "coach": str(coach.id)},
        )


def _gather(report: ProgressReport, now: datetime) -> None:
    engagement = report.engagement
    check_sponsored(is_sponsored=engagement.is_sponsored, level=engagement.disclosure_level)
    practice = Practice.objects.get(pk=current_practice_id())
    report.disclosure_level = engagement.disclosure_level
    report.facts = gather_facts(
        report, practice_name=practice.name, zone=practice.zone, today=_today(now, practice)
    )


def _reportable() -> Iterable[EngagementFacts]:
    """Sponsored, open to the sponsor, begun, and without an open or a last report."""
    settled = ProgressReport.objects.filter(~Q(state=State.ISSUED) | Q(is_final=True))
    rows = (
        Engagement.objects.filter(payer=Engagement.Payer.SPONSOR, disclosure_level__isnull=False)
        .exclude(state=Engagement.State.PROPOSED)
        .exclude(pk__in=settled.values("engagement_id"))
        .values_list("pk", flat=True)[:MOST_AT_ONCE]
    )
    return engagement_facts(rows).values()


def _last_end(engagement: EngagementFacts) -> date | None:
    reports = ProgressReport.objects.filter(engagement_id=engagement.id)
    return reports.aggregate(last=Max("period_ends_on"))["last"]  # type: ignore[no-any-return]


def _create(
    engagement: EngagementFacts, period: Period, state: str, *, now: datetime
) -> ProgressReport | None:
    """None if somebody was quicker: one open report for one engagement, says the database."""
    numbers = ProgressReport.objects.filter(engagement_id=engagement.id)
    report = ProgressReport(
        engagement_id=engagement.id,
        client_id=engagement.client_id,
        number=(numbers.aggregate(last=Max("number"))["last"] or 0) + 1,
        state=state,
        period_starts_on=period.starts_on,
        period_ends_on=period.ends_on,
        due_on=period.due_on,
        is_final=period.is_final,
    )
    made = ProgressReport.objects.bulk_create([report], ignore_conflicts=True)
    if not made or not ProgressReport.objects.filter(pk=report.pk).exists():
        return None
    record(event="report.due", subject=report, now=now)
    return report


def _is_silent(report: ProgressReport, now: datetime) -> bool:
    return is_silent(state=report.state, review_ends_at=report.review_ends_at, now=now)


def _level(report: ProgressReport) -> dict[str, str | int | float | bool | list[str] | None]:
    return {"level": report.disclosure_level}


def _today(now: datetime, practice: Practice | None = None) -> date:
    place = practice or Practice.objects.get(pk=current_practice_id())
    return timezone.localdate(now, place.zone)
