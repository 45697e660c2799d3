"""What the pages about one report show; they differ in what they are allowed to hold."""

from dataclasses import dataclass
from datetime import date

from clients.queries.disclosure import Badge, Text, level_badge
from tracking.models import ProgressReport
from tracking.policies.reports import ReportState
from tracking.queries.reports import LetterLine, ReportLine, letters_of, line_of
from tracking.queries.reports_document import Document, document_of
from tracking.queries.reports_draft import parts_now, released_facts

_ORDER = tuple(ReportState)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a report's life as the page draws it."""

    state: str
    label: Text
    progress: str


@dataclass(frozen=True, slots=True)
class StatePage:
    """For whoever may know how far a report is, and nothing else."""

    line: ReportLine
    stages: tuple[Stage, ...]
    level: int | None
    level_badge: Badge
    letters: tuple[LetterLine, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """For the client's coach: the document as it would go out now, and what was said about it."""

    document: Document | None
    narrative: str
    version: int
    requested_changes: str
    struck: tuple[str, ...]
    by_silence: bool
    shows_words: bool
    hash: str


def state_page(report: ProgressReport, today: date) -> StatePage:
    """Two queries for an issued report, one for any other."""
    level = report.engagement.disclosure_level
    return StatePage(
        line=line_of(report, today),
        stages=_stages(report.state),
        level=level,
        level_badge=level_badge(level),
        letters=letters_of(report) if report.is_issued else (),
    )


def draft_of(report: ProgressReport) -> Draft:
    """At most one query."""
    facts = released_facts(report)
    return Draft(
        document=document_of(facts, hash=report.snapshot_hash) if facts else None,
        narrative=report.narrative,
        version=report.version,
        requested_changes=report.requested_changes,
        struck=tuple(report.struck_parts),
        by_silence=report.approved_by_silence,
        shows_words="sponsor_wording" in parts_now(report),
        hash=report.snapshot_hash,
    )


def _stages(state: str) -> tuple[Stage, ...]:
    here = _ORDER.index(ReportState(state))
    return tuple(
        Stage(
            state=each,
            label=ProgressReport.State(each).label,
            progress="done" if place < here else "now" if place == here else "next",
        )
        for place, each in enumerate(_ORDER)
    )
