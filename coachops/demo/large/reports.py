"""Reports to the companies: the last one of what is over, and the one that comes next."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta

from django.utils import timezone

from clients.models import Engagement
from clients.queries.engagements import engagement_facts
from coachops.demo.large.copying import insert
from coachops.demo.large.place import Place, Run, Sponsor
from coachops.demo.world import texts
from programs.queries.ledger import balances
from scheduling.models import Session
from tracking.models import ProgressReport
from tracking.policies.reports import REVIEW_FOR
from tracking.queries.reports_facts import Facts, gather_facts, snapshot_hash
from tracking.queries.reports_goals import shared_goals

State = ProgressReport.State
STATES = (State.DUE, State.DUE, State.DRAFTED, State.IN_REVIEW)
DUE_IN = timedelta(days=7)


def add_reports(place: Place, runs: list[Run]) -> None:
    """Issued for what is over; for what is current due, drafted, or with the client."""
    for is_over in (True, False):
        these = [run for run in runs if run.sponsor and run.is_over == is_over]
        make = _issued if is_over else _current
        facts = _facts_of(place, [run for run in these if _is_open(run.engagement)])
        insert(ProgressReport, [make(place, run, facts.get(run.person.number)) for run in these])


def _is_open(engagement: Engagement) -> bool:
    return engagement.disclosure_level is not None


def _blank(place: Place, run: Run) -> ProgressReport:
    last = timezone.localdate(run.sessions[-1].ends_at, place.zone) if run.is_over else place.today
    return ProgressReport(
        engagement=run.engagement,
        client=run.person.client,
        number=1,
        period_starts_on=run.engagement.starts_on,
        period_ends_on=last,
        due_on=last if run.is_over else last + DUE_IN,
        is_final=run.is_over,
    )


def _facts_of(place: Place, runs: list[Run]) -> dict[int, Facts]:
    """By client number: the facts of the first run as the product gathers them, made everybody's.

    Engagements of one coach and one time differ in nothing but what is replaced here.
    """
    if not runs:
        return {}
    pattern = gather_facts(
        _blank(place, runs[0]),
        practice_name=place.practice.name,
        zone=place.zone,
        today=place.today,
    )
    ids = [run.engagement.pk for run in runs]
    goals, left = shared_goals(engagement_facts(ids).values()), balances(ids)
    return {
        run.person.number: _plain(
            {
                **pattern,
                "client": run.person.client.name,
                "first_name": run.person.client.first_name,
                **_company(run.sponsor),
                "sessions": asdict(left[run.engagement.pk]),
                "goals": [asdict(goal) for goal in goals.get(run.engagement.pk, ())],
                "attendance": _attendance(place, run),
            }
        )
        for run in runs
    }


def _plain(facts: Facts) -> Facts:
    """As it comes back from the database; attendance only where the client shares it."""
    kept = {key: value for key, value in facts.items() if key != "attendance" or value}
    return json.loads(json.dumps(kept, default=str))  # type: ignore[no-any-return]


def _company(sponsor: Sponsor | None) -> Facts:
    if sponsor is None:
        return {}
    contacts = [sponsor.contact.name, sponsor.manager.name]
    return {"organisation": sponsor.organisation.name, "contacts": contacts}


def _attendance(place: Place, run: Run) -> list[Facts]:
    if not run.engagement.attendance_shared:
        return []
    return [
        {
            "on": timezone.localdate(session.starts_at, place.zone),
            "took_place": session.outcome == Session.Outcome.HELD,
        }
        for session in run.sessions
        if session.outcome
    ]


def _issued(place: Place, run: Run, facts: Facts | None) -> ProgressReport:
    report, at = _drafted(place, run, facts), run.sessions[-1].ends_at + timedelta(days=4)
    report.state = State.ISSUED
    report.checked_at, report.approved_at, report.issued_at = at, at, at
    report.client_statement = texts.STATEMENT
    report.facts |= {
        "narrative": texts.NARRATIVE,
        "statement": texts.STATEMENT,
        "approved_on": _iso(place, at),
        "issued_on": _iso(place, at),
    }
    report.snapshot_hash = snapshot_hash(report.facts)
    return report


def _current(place: Place, run: Run, facts: Facts | None) -> ProgressReport:
    state = STATES[run.person.number % len(STATES)]
    if facts is None or state == State.DUE:
        return _blank(place, run)
    report = _drafted(place, run, facts)
    report.state = state
    if state == State.IN_REVIEW:
        report.checked_at = place.now - timedelta(days=1)
        report.review_ends_at = report.checked_at + REVIEW_FOR
    return report


def _drafted(place: Place, run: Run, facts: Facts | None) -> ProgressReport:
    report = _blank(place, run)
    report.disclosure_level = run.engagement.disclosure_level
    report.facts = facts or {}
    report.narrative = texts.NARRATIVE
    report.drafted_at = run.sessions[-1].ends_at if run.is_over else place.now - timedelta(days=2)
    return report


def _iso(place: Place, at: datetime) -> str:
    return timezone.localdate(at, place.zone).isoformat()
