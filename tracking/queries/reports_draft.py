"""A report before it is issued, as the sponsor would get it under the level in force now."""

from collections.abc import Collection

from clients.policies import Part, disclosed_parts
from tracking.models import ProgressReport
from tracking.policies.reports import OptionalPart, ReportState, contents
from tracking.queries.reports_facts import (
    Facts,
    reduced,
    snapshot_hash,
    unmarked_goals,
    without_goals,
)

_DECIDED = (ReportState.APPROVED, ReportState.ISSUED)


def parts_now(report: ProgressReport) -> frozenset[Part]:
    """What the engagement's level in force discloses. Needs the engagement beside it."""
    engagement = report.engagement
    return disclosed_parts(
        level=engagement.disclosure_level,
        is_sponsored=engagement.is_sponsored,
        attendance_shared=engagement.attendance_shared,
    )


def released_facts(
    report: ProgressReport, *, struck: Collection[str] | None = None, statement: str | None = None
) -> Facts | None:
    """Exactly what would reach the sponsor if it went out now; None while nothing may.

    `struck` and `statement` try out what the client has not decided yet. At most one query; an
    issued report answers with what was issued.
    """
    if report.is_issued:
        return dict(report.facts)
    if not report.facts or report.engagement.disclosure_level is None:
        return None
    facts = without_goals(report.facts, unmarked_goals(report.facts))
    if report.state not in _DECIDED:
        said = report.client_statement if statement is None else statement
        facts = {**facts, "narrative": report.narrative, "statement": said}
    return reduced(
        facts,
        contents(
            parts_now(report),
            struck=report.struck_parts if struck is None else struck,
            by_silence=report.approved_by_silence,
        ),
    )


def shown_hash(report: ProgressReport) -> str:
    """Names everything that stands before the client now, so that they decide about nothing else.

    What they choose to leave out or to say does not change it. At most one query.
    """
    return snapshot_hash(released_facts(report, struck=(), statement="") or {})


def optional_parts(report: ProgressReport) -> tuple[OptionalPart, ...]:
    """What the client could leave out of this one: only what is in it."""
    facts = released_facts(report, struck=()) or {}
    return tuple(part for part in OptionalPart if facts.get(part))


def takes_statement(report: ProgressReport) -> bool:
    """Whether a few words of the client would reach the sponsor under the level in force."""
    return contents(parts_now(report)).statement
