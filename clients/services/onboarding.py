"""Onboarding: the steps of a new engagement, ticked off by what happens or by whoever did them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from clients.models import Agreement, Engagement, Intake, OnboardingStep, StepKind
from clients.models.engagement import EngagementQuerySet
from coachops.audit.record import record
from coachops.practices.models import Membership

MOST_STEPS = 40


class TooManySteps(Exception):
    """An engagement has as many steps as anybody could look after."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step as it is planned; `kind` and `owner` are values of StepKind and StepOwner."""

    kind: str
    title: str
    owner: str
    due_on: date


@transaction.atomic
def start_onboarding(
    *, engagement: Engagement, steps: Iterable[PlannedStep], now: datetime
) -> None:
    """The steps of a new engagement. What the client has done before is done already."""
    done = _done_before(engagement)
    OnboardingStep.objects.bulk_create(
        [
            OnboardingStep(
                engagement=engagement,
                kind=step.kind,
                title=step.title,
                owner=step.owner,
                due_on=step.due_on,
                settled_at=now if step.kind in done else None,
                created_at=now,
            )
            for step in steps
        ]
    )


def _done_before(engagement: Engagement) -> set[str]:
    """An invitation and an intake are the client's; everything else is the engagement's own."""
    done: set[str] = set()
    if engagement.client.membership_id is not None:
        done.add(StepKind.INVITATION)
    intakes = Intake.objects.filter(client_id=engagement.client_id, withdrawn_at=None)
    if intakes.exclude(closed_at=None).exists():
        done.add(StepKind.INTAKE)
    return done


@transaction.atomic
def happened(
    *,
    kind: StepKind,
    now: datetime,
    client_id: UUID | None = None,
    engagement_id: UUID | None = None,
) -> None:
    """Tick off what has just happened, for one engagement or all running ones of a client.

    Nothing changes where there is no such step, or somebody has settled it by hand.
    """
    steps = OnboardingStep.objects.filter(kind=kind, settled_at=None)
    if engagement_id is not None:
        steps = steps.filter(engagement_id=engagement_id)
    else:
        steps = steps.filter(engagement__in=_not_over(client_id).values("pk"))
    for step in steps:
        step.settled_at = now
        step.save(update_fields=["settled_at"])
        record(event="onboarding.step_happened", subject=step, now=now, facts={"kind": kind})


@transaction.atomic
def agreement_settled(*, engagement_id: UUID, now: datetime) -> None:
    """An agreement was signed, or is void: the step is done while one is signed and none waits."""
    agreements = Agreement.objects.filter(engagement_id=engagement_id)
    waiting = agreements.filter(state__in=[Agreement.State.DRAFT, Agreement.State.SENT])
    if agreements.filter(state=Agreement.State.SIGNED).exists() and not waiting.exists():
        happened(kind=StepKind.AGREEMENT, engagement_id=engagement_id, now=now)
    else:
        took_back(kind=StepKind.AGREEMENT, engagement_id=engagement_id, now=now)


@transaction.atomic
def took_back(*, kind: StepKind, engagement_id: UUID, now: datetime) -> None:
    """What had happened is undone: the step that was ticked off by itself is open again."""
    steps = OnboardingStep.objects.filter(
        kind=kind, engagement_id=engagement_id, settled_by=None, is_skipped=False
    )
    for step in steps.exclude(settled_at=None):
        _open(step, now)


@transaction.atomic
def settle_step(
    *, step: OnboardingStep, by: Membership, now: datetime, is_needed: bool = True
) -> None:
    """Somebody says that it is done, or not needed. A second press changes nothing."""
    step = OnboardingStep.objects.select_for_update().get(pk=step.pk)
    if not step.is_open:
        return
    step.settled_at, step.settled_by, step.is_skipped = now, by, not is_needed
    step.save(update_fields=["settled_at", "settled_by", "is_skipped"])
    event = "onboarding.step_done" if is_needed else "onboarding.step_skipped"
    record(event=event, subject=step, now=now, facts={"kind": step.kind})


@transaction.atomic
def reopen_step(*, step: OnboardingStep, now: datetime) -> None:
    """It is to be done after all."""
    step = OnboardingStep.objects.select_for_update().get(pk=step.pk)
    if not step.is_open:
        _open(step, now)


@transaction.atomic
def add_step(*, engagement: Engagement, step: PlannedStep, now: datetime) -> OnboardingStep:
    """One more step for this engagement alone. Raises TooManySteps."""
    Engagement.objects.select_for_update().get(pk=engagement.pk)
    if OnboardingStep.objects.filter(engagement=engagement).count() >= MOST_STEPS:
        raise TooManySteps
    row: OnboardingStep = OnboardingStep.objects.create(
        engagement=engagement,
        kind=step.kind,
        title=step.title,
        owner=step.owner,
        due_on=step.due_on,
        created_at=now,
    )
    record(event="onboarding.step_added", subject=row, now=now, facts={"kind": row.kind})
    return row


@transaction.atomic
def change_step(
    *, step: OnboardingStep, title: str, owner: str, due_on: date, now: datetime
) -> None:
    """Other words, another owner, another day."""
    step = OnboardingStep.objects.select_for_update().get(pk=step.pk)
    wanted = {"title": title, "owner": owner, "due_on": due_on}
    changed = [field for field, value in wanted.items() if getattr(step, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(step, field, wanted[field])
    step.save(update_fields=changed)
    record(
        event="onboarding.step_changed", subject=step, now=now, facts={"fields": sorted(changed)}
    )


def _open(step: OnboardingStep, now: datetime) -> None:
    step.settled_at, step.settled_by, step.is_skipped = None, None, False
    step.save(update_fields=["settled_at", "settled_by", "is_skipped"])
    record(event="onboarding.step_reopened", subject=step, now=now, facts={"kind": step.kind})


def _not_over(client_id: UUID | None) -> EngagementQuerySet:
    rows = Engagement.objects.filter(client_id=client_id)
    return rows.exclude(  # type: ignore[no-any-return]
        state__in=[Engagement.State.COMPLETED, Engagement.State.CLOSED]
    )
