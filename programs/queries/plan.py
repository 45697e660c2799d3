"""Where an engagement stands on its path."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from clients.queries.engagements import EngagementFacts
from coachops.tenancy.scope import current_practice_id
from programs.models import Phase, PlannedSession
from programs.policies import PhaseState, bar_span, phase_dates, phase_state

# Columns rather than rows of five models: the path is on the pages opened most.
_AS_THEY_ARE = ("id", "number", "opens_on", "due_on")
_OF_PLAN = ("session_plan__title", "session_plan__intent", "session_plan__prompts")
_OF_PHASE = tuple(
    f"session_plan__phase__{name}" for name in ("name", "purpose", "position", "weeks")
)
_OF_PROGRAM = ("plan__version__program__name", "plan__version__number")
# Plans first: of all that run a version, a page shows few.
_PLANS: Final = """
WITH plan AS MATERIALIZED (
  SELECT id, engagement_id, version_id FROM programs_engagementplan
  WHERE practice_id = %(practice)s AND engagement_id = ANY(%(engagements)s::uuid[]))
SELECT plan.id, plan.engagement_id, plan.version_id, version.number, program.name
FROM plan
JOIN programs_programversion version
  ON version.practice_id = %(practice)s AND version.id = plan.version_id
JOIN programs_program program
  ON program.practice_id = %(practice)s AND program.id = version.program_id
"""


class _Plan(NamedTuple):
    """A row of them."""

    id: UUID
    engagement_id: UUID
    version_id: UUID
    version_number: int
    program_name: str


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """A phase with its dates, both inclusive, and whether it is done, current or to come."""

    name: str
    purpose: str
    position: int
    weeks: int
    starts_on: date
    ends_on: date
    state: str

    @property
    def span(self) -> int:
        """How wide it is drawn."""
        return bar_span(self.weeks)


@dataclass(frozen=True, slots=True)
class PlannedFacts:
    """What a conversation is for, and when it should be booked. The prompts are the coach's."""

    id: UUID
    number: int
    title: str
    intent: str
    prompts: tuple[str, ...]
    phase_name: str
    opens_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Journey:
    """The whole path of one engagement."""

    engagement_id: UUID
    program_name: str
    version_number: int
    phases: tuple[PhaseFacts, ...]
    sessions: tuple[PlannedFacts, ...]

    @property
    def current_phase(self) -> PhaseFacts | None:
        return next((each for each in self.phases if each.state == PhaseState.CURRENT), None)

    @property
    def phase_number(self) -> int:
        """The current phase counted from 1; 0 before the start and after the end."""
        states = [each.state for each in self.phases]
        return states.index(PhaseState.CURRENT) + 1 if PhaseState.CURRENT in states else 0

    @property
    def total_sessions(self) -> int:
        return len(self.sessions)

    def session(self, number: int) -> PlannedFacts | None:
        return next((each for each in self.sessions if each.number == number), None)


def journeys(
    engagements: Iterable[EngagementFacts], today: date, *, with_sessions: bool = True
) -> dict[UUID, Journey]:
    """The paths of engagements that run a program. Three queries, however many.

    Lists that show only phases leave the planned sessions out: one query and many rows less.
    """
    facts = {each.id: each for each in engagements}
    asked: dict[str, Any] = {"practice": current_practice_id(), "engagements": list(facts)}
    with connection.cursor() as cursor:
        cursor.execute(_PLANS, asked)
        plans = [_Plan(*row) for row in cursor.fetchall()]
    phases = _phases_by_version({plan.version_id for plan in plans})
    sessions = _sessions_by_plan({plan.id for plan in plans}) if with_sessions else {}
    return {
        plan.engagement_id: Journey(
            engagement_id=plan.engagement_id,
            program_name=plan.program_name,
            version_number=plan.version_number,
            phases=_dated(phases.get(plan.version_id, []), facts[plan.engagement_id], today),
            sessions=tuple(sessions.get(plan.id, [])),
        )
        for plan in plans
    }


def journey(engagement: EngagementFacts, today: date) -> Journey | None:
    """The path of one engagement; None when it runs without a program. One query.

    Every phase of a published program plans a session, so the sessions bring their phases along.
    """
    planned = PlannedSession.objects.filter(plan__engagement_id=engagement.id).order_by("number")
    rows = list(planned.values(*_AS_THEY_ARE, *_OF_PLAN, *_OF_PHASE, *_OF_PROGRAM))
    if not rows:
        return None
    phases = {row["session_plan__phase__position"]: _phase(row) for row in rows}
    return Journey(
        engagement_id=engagement.id,
        program_name=rows[0]["plan__version__program__name"],
        version_number=rows[0]["plan__version__number"],
        phases=_dated([phases[position] for position in sorted(phases)], engagement, today),
        sessions=tuple(_planned(row) for row in rows),
    )


def _phases_by_version(version_ids: set[UUID]) -> dict[UUID, list[Phase]]:
    found: dict[UUID, list[Phase]] = {}
    for phase in Phase.objects.filter(version_id__in=version_ids).order_by("position"):
        found.setdefault(phase.version_id, []).append(phase)
    return found


def _sessions_by_plan(plan_ids: set[UUID]) -> dict[UUID, list[PlannedFacts]]:
    planned = PlannedSession.objects.filter(plan_id__in=plan_ids).order_by("plan_id", "number")
    found: dict[UUID, list[PlannedFacts]] = {}
    for row in planned.values("plan_id", *_AS_THEY_ARE, *_OF_PLAN, *_OF_PHASE):
        found.setdefault(row["plan_id"], []).append(_planned(row))
    return found


def _phase(row: dict[str, Any]) -> Phase:
    return Phase(
        name=row["session_plan__phase__name"],
        purpose=row["session_plan__phase__purpose"],
        position=row["session_plan__phase__position"],
        weeks=row["session_plan__phase__weeks"],
    )


def _planned(row: dict[str, Any]) -> PlannedFacts:
    return PlannedFacts(
        id=row["id"],
        number=row["number"],
        title=row["session_plan__title"],
        intent=row["session_plan__intent"],
        prompts=tuple(row["session_plan__prompts"]),
        phase_name=row["session_plan__phase__name"],
        opens_on=row["opens_on"],
        due_on=row["due_on"],
    )


def _dated(phases: list[Phase], engagement: EngagementFacts, today: date) -> tuple[PhaseFacts, ...]:
    dates = phase_dates(engagement.starts_on, [phase.weeks for phase in phases])
    is_over = not engagement.is_running
    return tuple(
        PhaseFacts(
            name=phase.name,
            purpose=phase.purpose,
            position=phase.position,
            weeks=phase.weeks,
            starts_on=days.starts_on,
            ends_on=days.ends_on,
            state=phase_state(days, today, is_over=is_over),
        )
        for phase, days in zip(phases, dates, strict=True)
    )
