"""Which steps the onboarding of a program's clients has."""

from django.db import models
from django.db.models import Q

from clients.models.onboarding import StepKind, StepOwner
from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class ChecklistItem(PracticeModel):
    """A step that every new engagement of the program begins with.

    It belongs to the program and not to a version: whom one asks for what is no promise to anybody,
    and changes for the next client only. `days` counts from the start, negative before it.
    """

    program = PracticeForeignKey("programs.Program")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=StepKind)
    title = models.CharField(max_length=120)
    owner = models.CharField(max_length=9, choices=StepOwner)
    days = models.SmallIntegerField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "program", "position"], name="checklist_item_position_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=StepKind.values, owner__in=StepOwner.values),
                name="checklist_item_words",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=-120, days__lte=120), name="checklist_item_days"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class HealthThresholds(PracticeModel):
    """When an engagement of the program counts as at risk, and when as off track."""

    program = PracticeForeignKey("programs.Program")
    # Sessions held fewer than planned by now.
    behind_at_risk = models.PositiveSmallIntegerField(default=1)
    behind_off_track = models.PositiveSmallIntegerField(default=2)
    # Days since the last session held, while none is booked.
    gap_at_risk = models.PositiveSmallIntegerField(default=28)
    gap_off_track = models.PositiveSmallIntegerField(default=49)
    # Commitments of the client that are overdue.
    overdue_at_risk = models.PositiveSmallIntegerField(default=2)
    overdue_off_track = models.PositiveSmallIntegerField(default=5)
    # Forms that were due and have not come back.
    forms_at_risk = models.PositiveSmallIntegerField(default=2)
    forms_off_track = models.PositiveSmallIntegerField(default=4)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "program"], name="health_thresholds_once"),
            models.CheckConstraint(
                condition=Q(
                    behind_off_track__gte=models.F("behind_at_risk"),
                    gap_off_track__gte=models.F("gap_at_risk"),
                    overdue_off_track__gte=models.F("overdue_at_risk"),
                    forms_off_track__gte=models.F("forms_at_risk"),
                ),
                name="health_thresholds_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"thresholds of {self.program_id}"
