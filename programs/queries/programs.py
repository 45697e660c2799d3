"""Programs as pages show them: always the newest published version."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from clients.models import Engagement
from programs.models import EngagementPlan, Phase, Program, ProgramVersion, SessionPlan
from programs.policies import bar_span

MOST_PROGRAMS = 100


@dataclass(frozen=True, slots=True)
class SessionPlanFacts:
    """What one conversation is for. `number` counts through the whole program."""

    number: int
    title: str
    intent: str
    prompts: tuple[str, ...]
    week: int


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """A phase of a program; weeks are counted from 1 and inclusive."""

    name: str
    purpose: str
    weeks: int
    first_week: int
    last_week: int
    sessions: tuple[SessionPlanFacts, ...]

    @property
    def span(self) -> int:
        """How wide it is drawn."""
        return bar_span(self.weeks)


@dataclass(frozen=True, slots=True)
class ProgramCard:
    """One program of the list, with its newest published version."""

    id: UUID
    version_id: UUID
    version_number: int
    name: str
    purpose: str
    phases: tuple[PhasePlan, ...]
    running: int

    @property
    def weeks(self) -> int:
        return sum(phase.weeks for phase in self.phases)

    @property
    def sessions(self) -> int:
        return sum(len(phase.sessions) for phase in self.phases)


def program_cards() -> tuple[ProgramCard, ...]:
    """All programs in use, by name. Four queries, however many."""
    versions = list(
        ProgramVersion.objects.select_related("program")
        .filter(program__archived_at=None)
        .exclude(published_at=None)
        .order_by("program_id", "-number")
        .distinct("program_id")[:MOST_PROGRAMS]
    )
    phases = _phases([version.pk for version in versions])
    running = _running([version.program_id for version in versions])
    cards = [_card(version, phases, running) for version in versions]
    return tuple(sorted(cards, key=lambda card: card.name))


def program_card(program: Program) -> ProgramCard | None:
    """One program's newest published version; None while nothing is published."""
    version = (
        ProgramVersion.objects.select_related("program")
        .filter(program=program)
        .exclude(published_at=None)
        .order_by("-number")
        .first()
    )
    if version is None:
        return None
    return _card(version, _phases([version.pk]), _running([program.pk]))


def _card(
    version: ProgramVersion,
    phases: dict[UUID, tuple[PhasePlan, ...]],
    running: dict[UUID, int],
) -> ProgramCard:
    return ProgramCard(
        id=version.program_id,
        version_id=version.pk,
        version_number=version.number,
        name=version.program.name,
        purpose=version.program.purpose,
        phases=phases.get(version.pk, ()),
        running=running.get(version.program_id, 0),
    )


def _running(program_ids: list[UUID]) -> dict[UUID, int]:
    rows = (
        EngagementPlan.objects.filter(
            version__program_id__in=program_ids,
            engagement__state__in=[Engagement.State.ACTIVE, Engagement.State.PAUSED],
        )
        .values("version__program_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    return {row["version__program_id"]: row["number"] for row in rows}


def _phases(version_ids: list[UUID]) -> dict[UUID, tuple[PhasePlan, ...]]:
    rows = Phase.objects.filter(version_id__in=version_ids).order_by("version_id", "position")
    plans: dict[UUID, list[SessionPlan]] = {}
    for plan in SessionPlan.objects.filter(phase__version_id__in=version_ids).order_by("position"):
        plans.setdefault(plan.phase_id, []).append(plan)
    found: dict[UUID, tuple[PhasePlan, ...]] = {}
    for phase in rows:
        before = found.get(phase.version_id, ())
        found[phase.version_id] = (*before, _phase(phase, plans.get(phase.pk, []), before))
    return found


def _phase(phase: Phase, plans: list[SessionPlan], before: tuple[PhasePlan, ...]) -> PhasePlan:
    first_week = before[-1].last_week + 1 if before else 1
    first_number = sum(len(each.sessions) for each in before) + 1
    return PhasePlan(
        name=phase.name,
        purpose=phase.purpose,
        weeks=phase.weeks,
        first_week=first_week,
        last_week=first_week + phase.weeks - 1,
        sessions=tuple(
            SessionPlanFacts(
                number=number,
                title=plan.title,
                intent=plan.intent,
                prompts=tuple(plan.prompts),
                week=first_week + plan.week,
            )
            for number, plan in enumerate(plans, start=first_number)
        ),
    )
