"""What is on its way in or out: how far it is, and where it goes on after a worker was lost."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models

from coachops.tenancy.models import PracticeForeignKey, PracticeModel
from coachops.transfer.policies import Fate, Kind, State, Step


class Transfer(PracticeModel):
    """One import or export. The worker writes `done` and `position`; the page only reads them."""

    kind = models.CharField(max_length=12, choices=[(each, each) for each in Kind])
    step = models.CharField(max_length=8, choices=[(each, each) for each in Step])
    state = models.CharField(max_length=10, choices=[(each, each) for each in State])
    asked_by = PracticeForeignKey("practices.Membership")
    # The name of the uploaded file as its owner knows it; where it lies, and what was made.
    file_name = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=200, blank=True)
    result = models.CharField(max_length=200, blank=True)
    result_size = models.PositiveBigIntegerField(default=0)
    choices = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    problem = models.CharField(max_length=40, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    # The last row that is finished for good: a new worker begins behind it.
    position = models.PositiveIntegerField(default=0)
    # Rises with every order to a worker, so that a late one of before does nothing.
    turn = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        indexes = [
            models.Index(fields=["practice", "asked_by", "-created_at"], name="transfer_asked"),
            models.Index(fields=["practice", "expires_at"], name="transfer_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def is_moving(self) -> bool:
        return self.state in {State.QUEUED, State.RUNNING}

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0

    def is_there(self, now: datetime) -> bool:
        """Whether what was made can still be fetched."""
        return bool(self.result) and self.removed_at is None and now < self.expires_at


class ImportedRow(PracticeModel):
    """One row of a sheet and what became of it."""

    transfer = PracticeForeignKey("transfer.Transfer")
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=dict)
    fate = models.CharField(max_length=10, choices=[(each, each) for each in Fate])
    # What is wrong or worth knowing, by column.
    remarks = models.JSONField(default=dict)
    client = PracticeForeignKey("clients.Client", null=True, blank=True)
    # The engagement and the companies that this row brought, for taking it back.
    made = ArrayField(models.UUIDField(), default=list, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "transfer", "number"], name="imported_row_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "transfer", "fate", "number"], name="imported_row_fate"
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.number}"
