"""A frozen, approved statement to a sponsor about one engagement and one period."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coachops.tenancy.models import PracticeForeignKey, PracticeManager, PracticeModel
from tracking.policies.reports import ReportState


class ProgressReport(PracticeModel):
    """due → drafted → checked → in review → approved → issued.

    The database refuses to change or delete an issued one: see the policies of migration 0004.
    """

    class State(models.TextChoices):
        DUE = ReportState.DUE, _("Due")
        DRAFTED = ReportState.DRAFTED, _("Drafted")
        CHECKED = ReportState.CHECKED, _("Checked")
        IN_REVIEW = ReportState.IN_REVIEW, _("With the client")
        APPROVED = ReportState.APPROVED, _("Approved")
        ISSUED = ReportState.ISSUED, _("Issued")

    engagement = PracticeForeignKey("clients.Engagement")
    client = PracticeForeignKey("clients.Client")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.DUE)
    period_starts_on = models.DateField()
    period_ends_on = models.DateField()
    due_on = models.DateField()
    # The last one of its engagement.
    is_final = models.BooleanField(default=False)
    # The level the facts were gathered under; checked again before the report is issued.
    disclosure_level = models.PositiveSmallIntegerField(null=True, blank=True)
    # What the sponsor gets and nothing else; whole from the client's approval on.
    facts = models.JSONField(default=dict)
    narrative = models.TextField(blank=True)
    client_statement = models.TextField(blank=True)
    struck_parts = models.JSONField(default=list)
    # From the client to the coach alone; never part of the facts.
    requested_changes = models.TextField(blank=True)
    review_ends_at = models.DateTimeField(null=True, blank=True)
    drafted_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by_silence = models.BooleanField(default=False)
    issued_at = models.DateTimeField(null=True, blank=True)
    snapshot_hash = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: Any = PracticeManager()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "engagement", "number"], name="progress_report_number_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "engagement"],
                condition=~Q(state="issued"),
                name="progress_report_one_open",
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

    @property
    def is_issued(self) -> bool:
        return self.state == self.State.ISSUED


def file_name(practice_id: UUID, report_id: UUID) -> str:
    """One name for one report: a second run of the worker overwrites the first."""
    return f"{practice_id}/reports/{report_id}.pdf"


def file_path(file: Any, filename: str) -> str:
    return file_name(file.practice_id, file.report_id)


class ReportFile(PracticeModel):
    """The PDF of an issued report. Inserted once; the web role may never change it."""

    report = PracticeForeignKey("tracking.ProgressReport")
    file = models.FileField(upload_to=file_path, max_length=200)
    # SHA-256 of the file, in hexadecimal.
    fingerprint = models.CharField(max_length=64)
    rendered_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "report"], name="report_file_once"),
        ]

    def __str__(self) -> str:
        return f"file of {self.report_id}"
