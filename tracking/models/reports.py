"""A frozen, approved statement to a sponsor about one engagement and one period."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from coachops.tenancy.models import PracticeForeignKey, PracticeManager, PracticeModel


def pdf_path(report: Any, filename: str) -> str:
    return f"{report.practice_id}/reports/{report.id}.pdf"


class ProgressReport(PracticeModel):
    """due → drafted → checked → in review → approved → issued; issued reports never change."""

    class State(models.TextChoices):
        DUE = "due", "Due"
        DRAFTED = "drafted", "Drafted"
        CHECKED = "checked", "Checked by the coach"
        IN_REVIEW = "in_review", "With the client"
        APPROVED = "approved", "Approved"
        ISSUED = "issued", "Issued"

    engagement = PracticeForeignKey("clients.Engagement")
    client = PracticeForeignKey("clients.Client")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.DUE)
    period_starts_on = models.DateField()
    period_ends_on = models.DateField()
    due_on = models.DateField()
    # The level the facts were gathered under; checked again before the report is issued.
    disclosure_level = models.PositiveSmallIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict)
    narrative = models.TextField(blank=True)
    client_statement = models.TextField(blank=True)
    struck_parts = models.JSONField(default=list)
    review_ends_at = models.DateTimeField(null=True, blank=True)
    drafted_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by_silence = models.BooleanField(default=False)
    issued_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    snapshot_hash = models.CharField(max_length=64, blank=True)
    pdf = models.FileField(upload_to=pdf_path, blank=True, max_length=200)
    rendered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: Any = PracticeManager()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "engagement", "number"], name="progress_report_number_once"
            ),
            models.CheckConstraint(
                condition=Q(period_ends_on__gte=F("period_starts_on")),
                name="progress_report_period",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(issued_at__isnull=False, snapshot_hash__gt=""),
                name="progress_report_issued_is_frozen",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "state", "due_on"], name="progress_report_due"),
            models.Index(fields=["practice", "client"], name="progress_report_client"),
        ]

    def __str__(self) -> str:
        return f"report {self.number} on {self.engagement_id}"
