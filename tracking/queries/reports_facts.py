"""What a progress report says, gathered under the level in force as plain JSON.

A report's facts are the only thing its page and its PDF are made of, so that nothing else can stand
there. Dates are ISO text; keys that the level does not open are missing.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, tzinfo
from typing import Any
from uuid import UUID

from clients.models import Engagement
from clients.policies import Part
from clients.queries.engagements import EngagementFacts, engagement_facts
from clients.queries.sponsors import contacts_of
from programs.queries.ledger import balances
from programs.queries.plan import Journey, journey
from tracking.models import Goal, ProgressReport
from tracking.policies.reports import Contents, Period, Run, next_period
from tracking.queries.reports_attendance import attendance_of
from tracking.queries.reports_goals import shared_goals

type Facts = dict[str, Any]

SHAPE = 1


def run_of(engagement: EngagementFacts) -> Run:
    """The engagement's dates as the rules of reports want them."""
    return Run(
        starts_on=engagement.starts_on,
        ends_on=engagement.ends_on,
        is_over=engagement.state in {Engagement.State.COMPLETED, Engagement.State.CLOSED},
        every_days=engagement.report_every_days,
    )


def gather_facts(report: ProgressReport, *, practice_name: str, zone: tzinfo, today: date) -> Facts:
    """Everything the level in force opens for this report. At most nine queries."""
    engagement = engagement_facts([report.engagement_id])[report.engagement_id]
    balance = balances([engagement.id])[engagement.id]
    facts: Facts = {
        "shape": SHAPE,
        "number": report.number,
        "is_final": report.is_final,
        "practice": practice_name,
        "client": engagement.client_name,
        "first_name": report.client.first_name,
        "coach": engagement.coach_name,
        "organisation": engagement.organisation_name,
        "contacts": [each.name for each in contacts_of(report.engagement)],
        "title": engagement.title,
        "state": engagement.state,
        "starts_on": engagement.starts_on,
        "ends_on": engagement.ends_on,
        "period": {"starts_on": report.period_starts_on, "ends_on": report.period_ends_on},
        "sessions": asdict(balance),
        "next_report_on": _next_report_on(report, engagement, today),
        **_program(journey(engagement, today)),
    }
    if Part.ATTENDANCE in engagement.parts:
        facts["attendance"] = [asdict(row) for row in attendance_of(engagement.id, zone)]
    if Part.GOAL_PROGRESS in engagement.parts:
        facts["goals"] = [
            asdict(goal) for goal in shared_goals([engagement]).get(engagement.id, ())
        ]
    return _plain(facts)


def reduced(facts: Facts, kept: Contents) -> Facts:
    """The same facts without what `kept` leaves out; nothing is ever added."""
    result = {
        key: value
        for key, value in facts.items()
        if (key != "attendance" or kept.attendance)
        and (key != "goals" or kept.progress)
        and (key != "narrative" or kept.narrative)
        and (key != "statement" or kept.statement)
    }
    if "goals" in result and not kept.wordings:
        result["goals"] = [{**goal, "wording": ""} for goal in result["goals"]]
    return result


def without_goals(facts: Facts, hidden: Iterable[UUID]) -> Facts:
    """Goals that the client has unmarked since then are left out."""
    names = {str(each) for each in hidden}
    if "goals" not in facts:
        return facts
    return {**facts, "goals": [goal for goal in facts["goals"] if goal["id"] not in names]}


def unmarked_goals(facts: Facts) -> set[UUID]:
    """Those goals of the facts that are no longer marked for the sponsor. One query."""
    ids = {UUID(goal["id"]) for goal in facts.get("goals", ())}
    marked = Goal.objects.filter(pk__in=ids, marked_for_sponsor=True)
    return ids - set(marked.values_list("pk", flat=True)) if ids else set()


def snapshot_hash(facts: Facts) -> str:
    """SHA-256, in hexadecimal, of the facts as UTF-8 JSON with sorted keys and no spaces."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _next_report_on(
    report: ProgressReport, engagement: EngagementFacts, today: date
) -> date | None:
    if report.is_final:
        return None
    following: Period | None = next_period(
        run_of(engagement), last_end=report.period_ends_on, today=today
    )
    return following.due_on if following else None


def _program(path: Journey | None) -> Facts:
    if path is None:
        return {"program": "", "phases": []}
    sessions = Counter(planned.phase_name for planned in path.sessions)
    return {
        "program": path.program_name,
        "phases": [
            {
                "name": phase.name,
                "starts_on": phase.starts_on,
                "ends_on": phase.ends_on,
                "state": str(phase.state),
                "sessions": sessions[phase.name],
            }
            for phase in path.phases
        ],
    }


def _plain(facts: Facts) -> Facts:
    """As it will come back from the database: dates and ids as text, tuples as lists."""
    return json.loads(json.dumps(facts, default=str))  # type: ignore[no-any-return]
