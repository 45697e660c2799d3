"""The steps of an engagement's onboarding as pages show them. States and dates, no content."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import OnboardingStep, StepKind, StepOwner

MOST_STEPS = 40
SOON_DAYS = 7

SYMBOLS: Final[dict[str, str]] = {
    StepKind.INVITATION: "mail",
    StepKind.AGREEMENT: "file-signature",
    StepKind.INTAKE: "clipboard-list",
    StepKind.KICKOFF: "calendar-check",
    StepKind.LETTER: "send",
    StepKind.INSTRUMENT: "gauge",
    StepKind.OTHER: "circle-dashed",
}
BY_ITSELF: Final[dict[str, str | Promise]] = {
    StepKind.INVITATION: _("Ticked off when the client is invited."),
    StepKind.AGREEMENT: _("Ticked off when everybody has signed."),
    StepKind.INTAKE: _("Ticked off when the answers are sent."),
    StepKind.KICKOFF: _("Ticked off when the first session was held."),
    StepKind.LETTER: _("Ticked off when the letter is sent."),
}


class StepState(StrEnum):
    DONE = "done"
    SKIPPED = "skipped"
    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step. `by` is empty where it was ticked off by what happened."""

    id: UUID
    engagement_id: UUID
    kind: str
    title: str
    owner: str
    owner_label: str | Promise
    due_on: date
    settled_at: datetime | None
    by: str
    state: StepState

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.kind]

    @property
    def is_open(self) -> bool:
        return self.settled_at is None

    @property
    def ticked_off(self) -> str | Promise:
        """When it ticks itself off; empty where somebody has to."""
        return BY_ITSELF.get(self.kind, "")


def step_state(step: OnboardingStep, today: date) -> StepState:
    """Today still counts as in time."""
    if step.settled_at is not None:
        return StepState.SKIPPED if step.is_skipped else StepState.DONE
    if step.due_on < today:
        return StepState.OVERDUE
    return StepState.SOON if (step.due_on - today).days <= SOON_DAYS else StepState.LATER


def line_of(step: OnboardingStep, today: date) -> StepLine:
    """From a row loaded with `settled_by`; otherwise it queries it."""
    return StepLine(
        id=step.pk,
        engagement_id=step.engagement_id,
        kind=step.kind,
        title=step.title,
        owner=step.owner,
        owner_label=StepOwner(step.owner).label,
        due_on=step.due_on,
        settled_at=step.settled_at,
        by=step.settled_by.name if step.settled_by else "",
        state=step_state(step, today),
    )


def steps_of(engagement_ids: list[UUID], today: date) -> dict[UUID, tuple[StepLine, ...]]:
    """By engagement, in the order of their days. One query."""
    rows = (
        OnboardingStep.objects.select_related("settled_by")
        .filter(engagement_id__in=engagement_ids)
        .order_by("due_on", "created_at", "id")[: MOST_STEPS * max(len(engagement_ids), 1)]
    )
    found: dict[UUID, tuple[StepLine, ...]] = {}
    for row in rows:
        found[row.engagement_id] = (*found.get(row.engagement_id, ()), line_of(row, today))
    return found
