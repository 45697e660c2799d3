"""Onboarding: the steps of a new engagement, ticked off by what happens or by whoever did them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from clients.models import Agreement, Engagement, Intake, OnboardingStep, StepKind
from clients.models.engagement import EngagementQuerySet
from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import current_practice_id
from coachops.tenancy.turns import made_just_now

MOST_STEPS = 40
# The rows come as one value: as many statements for a thousand engagements as for one.
_STEPS: Final = """
INSERT INTO clients_onboardingstep
  (id, practice_id, engagement_id, kind, title, owner, due_on, settled_at, is_skipped, created_at)
SELECT id, %(practice)s, engagement, kind, title, owner, due_on,
  CASE WHEN is_done THEN %(now)s::timestamptz END, false, %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS row
  (id uuid, engagement uuid, kind text, title text, owner text, due_on date, is_done boolean)
"""


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
def start_onboardings(
    *, beginning: Iterable[tuple[Engagement, Iterable[PlannedStep]]], now: datetime
) -> None:
    """The steps of new engagements. What a client has done before is done already.

    Two statements, however many begin.
    """
    begun = [(engagement, list(steps)) for engagement, steps in beginning]
    answered = _answered_before([engagement.client_id for engagement, _steps in begun])
    rows: list[dict[str, Any]] = []
    for engagement, steps in begun:
        done = _done_before(engagement, answered)
        rows += [
            {
                "id": str(uuid7()),
                "engagement": str(engagement.pk),
                "kind": step.kind,
                "title": step.title,
                "owner": step.owner,
                "due_on": step.due_on.isoformat(),
                "is_done": step.kind in done,
            }
            for step in steps
        ]
    values: dict[str, Any] = {
        "practice": current_practice_id(),
        "now": now,
        "rows": json.dumps(rows),
    }
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_STEPS, values)


def _answered_before(client_ids: list[UUID]) -> set[UUID]:
    intakes = Intake.objects.filter(client_id__in=client_ids, withdrawn_at=None)
    return set(intakes.exclude(closed_at=None).values_list("client_id", flat=True))


def _done_before(engagement: Engagement, answered: set[UUID]) -> set[str]:
    """An invitation and an intake are the client's; everything else is the engagement's own."""
    done: set[str] = set()
    if engagement.client.membership_id is not None:
        done.add(StepKind.INVITATION)
    if engagement.client_id in answered:
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
    """One more step for this engagement alone; a second click finds it. Raises TooManySteps."""
    Engagement.objects.select_for_update().get(pk=engagement.pk)
    same = OnboardingStep.objects.filter(
        engagement=engagement,
        kind=step.kind,
        title=step.title,
        owner=step.owner,
        due_on=step.due_on,
    )
    added: OnboardingStep | None = made_just_now(same, now=now).first()
    if added is not None:
        return added
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
