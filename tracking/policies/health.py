"""Health of an engagement: counts and dates against the program's limits. No opinion, no mood."""

from dataclasses import dataclass
from enum import StrEnum

from programs.policies import Limits


class Health(StrEnum):
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"


class Reason(StrEnum):
    """What speaks against an engagement; each has one next step."""

    BEHIND = "behind"
    GAP = "gap"
    OVERDUE = "overdue"
    FORMS = "forms"


@dataclass(frozen=True, slots=True)
class Signs:
    """What is counted. `gap` is the days since the last session or the start, 0 while one is
    booked; `behind` the sessions that should have been held by now and were not."""

    behind: int = 0
    gap: int = 0
    overdue: int = 0
    forms: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    reason: Reason
    number: int
    is_off_track: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """The status and everything that led to it, the gravest first."""

    health: Health
    findings: tuple[Finding, ...]


def assess(signs: Signs, limits: Limits) -> Assessment:
    """Off track as soon as one sign is over its second limit, at risk over the first."""
    counted = (
        (Reason.GAP, signs.gap, limits.gap_at_risk, limits.gap_off_track),
        (Reason.BEHIND, signs.behind, limits.behind_at_risk, limits.behind_off_track),
        (Reason.OVERDUE, signs.overdue, limits.overdue_at_risk, limits.overdue_off_track),
        (Reason.FORMS, signs.forms, limits.forms_at_risk, limits.forms_off_track),
    )
    found = [
        Finding(reason, number, is_off_track=number >= off_track)
        for reason, number, at_risk, off_track in counted
        if number >= at_risk > 0 or number >= off_track > 0
    ]
    found.sort(key=lambda finding: not finding.is_off_track)
    if not found:
        return Assessment(Health.ON_TRACK, ())
    health = Health.OFF_TRACK if found[0].is_off_track else Health.AT_RISK
    return Assessment(health, tuple(found))
