"""The onboarding checklist of a program, and the steps a new engagement gets from it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clients.models import Engagement, StepKind, StepOwner
from clients.services.onboarding import PlannedStep, start_onboardings
from coachops.audit.record import Fact, record
from coachops.practices.models import Membership
from programs.models import ChecklistItem, HealthThresholds, Program
from programs.policies import ChecklistLine, Limits

# What most practices do, until a program says otherwise.
STANDARD: Final = (
    ChecklistLine(
        StepKind.AGREEMENT, gettext_noop("Coaching agreement signed"), StepOwner.ASSISTANT, -7
    ),
    ChecklistLine(
        StepKind.INVITATION, gettext_noop("Invited to the portal"), StepOwner.ASSISTANT, -7
    ),
    ChecklistLine(StepKind.LETTER, gettext_noop("Logistics letter sent"), StepOwner.ASSISTANT, -5),
    ChecklistLine(
        StepKind.INTAKE, gettext_noop("Intake questionnaire answered"), StepOwner.CLIENT, -2
    ),
    ChecklistLine(StepKind.KICKOFF, gettext_noop("Kick-off session held"), StepOwner.COACH, 7),
)


def checklist_of(program: Program) -> tuple[ChecklistLine, ...]:
    """The program's own lines in their order, or the usual ones. One query."""
    items = ChecklistItem.objects.filter(program=program).order_by("position")
    own = tuple(ChecklistLine(row.kind, row.title, row.owner, row.days) for row in items)
    return own or tuple(
        ChecklistLine(line.kind, _(line.title), line.owner, line.days) for line in STANDARD
    )


def begin_onboardings(*, beginning: Iterable[tuple[Engagement, Program]], now: datetime) -> None:
    """The steps of new engagements with their days; part of opening them.

    Two statements and one for each program, however many begin.
    """
    begun = list(beginning)
    programs = {program.pk: program for _engagement, program in begun}
    lines = {pk: checklist_of(program) for pk, program in programs.items()}
    start_onboardings(
        beginning=[
            (
                engagement,
                [
                    PlannedStep(
                        line.kind, line.title, line.owner, _day(engagement.starts_on, line.days)
                    )
                    for line in lines[program.pk]
                ],
            )
            for engagement, program in begun
        ],
        now=now,
    )


def _day(starts_on: date, days: int) -> date:
    return starts_on + timedelta(days=days)


@transaction.atomic
def save_checklist(
    *, program: Program, lines: Iterable[ChecklistLine], by: Membership, now: datetime
) -> None:
    """The whole checklist anew, for engagements that are opened from now on."""
    Program.objects.select_for_update().get(pk=program.pk)
    ChecklistItem.objects.filter(program=program).delete()
    items = ChecklistItem.objects.bulk_create(
        [
            ChecklistItem(
                program=program,
                position=position,
                kind=line.kind,
                title=line.title,
                owner=line.owner,
                days=line.days,
            )
            for position, line in enumerate(lines)
        ]
    )
    facts: dict[str, Fact] = {"steps": len(items), "by": str(by.pk)}
    record(event="program.checklist_saved", subject=program, now=now, facts=facts)


@transaction.atomic
def save_limits(*, program: Program, limits: Limits, now: datetime) -> None:
    """From when on an engagement of the program counts as at risk, or off track."""
    HealthThresholds.objects.update_or_create(
        program=program, defaults={name: getattr(limits, name) for name in Limits.__slots__}
    )
    record(event="program.health_thresholds_saved", subject=program, now=now)
