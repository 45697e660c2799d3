"""How long a practice keeps each kind of data, and what each night removed."""

from django.db import models

from coachops.retention.policies import Kind
from coachops.tenancy.models import PracticeModel


class RetentionPeriod(PracticeModel):
    """What the practice chose for one kind of data; without a row the default holds."""

    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in Kind])
    months = models.PositiveSmallIntegerField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "kind"], name="retention_period_once"),
            models.CheckConstraint(
                condition=models.Q(months__gte=1), name="retention_period_has_a_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.months} months"


class RetentionRun(PracticeModel):
    """One night: how many rows of each kind were over. Counts alone, never changed."""

    ran_at = models.DateTimeField()
    removed = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)

    class Meta(PracticeModel.Meta):
        indexes = [models.Index(fields=["practice", "-ran_at"], name="retention_run_latest")]

    def __str__(self) -> str:
        return f"{self.total} removed"
