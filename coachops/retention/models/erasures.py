"""What must not be touched, and what was destroyed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class LegalHold(PracticeModel):
    """While it stands, nothing of the client is removed: no night's work and no erasure."""

    class Reason(models.TextChoices):
        CLAIM = "claim", _("A legal claim, made or to be expected")
        ORDER = "order", _("An order of a court or authority")
        SAFEGUARDING = "safeguarding", _("A safeguarding duty")
        COMPLAINT = "complaint", _("A complaint to a professional body")
        TAX = "tax", _("A duty to keep business records")

    client = PracticeForeignKey("clients.Client")
    reason = models.CharField(max_length=12, choices=Reason)
    placed_by = PracticeForeignKey("practices.Membership")
    placed_at = models.DateTimeField()
    lifted_by = PracticeForeignKey("practices.Membership", null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "client"],
                condition=Q(lifted_at=None),
                name="legal_hold_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="legal_hold_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} of {self.client_id}"


class Erasure(PracticeModel):
    """Planned, then done. What is left afterwards names nobody: counts, and the hash of an id."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Done")
        WITHDRAWN = "withdrawn", _("Called off")

    class Basis(models.TextChoices):
        ASKED = "asked", _("The client asked for it")
        NO_LONGER_NEEDED = "no_need", _("The records are no longer needed")
        OVER = "over", _("The retention period is over")
        RESTORED = "restored", _("A backup had brought the records back")

    # Empty once it is done.
    client = PracticeForeignKey("clients.Client", null=True, blank=True)
    # SHA-256 of practice and client id: enough to know them again after a backup was restored.
    client_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    basis = models.CharField(max_length=8, choices=Basis)
    planned_by = PracticeForeignKey("practices.Membership", null=True, blank=True)
    planned_at = models.DateTimeField()
    # How many rows of which table, files and addresses were destroyed; what was kept as facts.
    destroyed = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True, blank=True)
    receipt_hash = models.CharField(max_length=64, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "client"],
                condition=Q(state="planned"),
                name="erasure_one_planned",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(client=None, done_at__isnull=False),
                name="erasure_done_names_nobody",
            ),
        ]
        indexes = [models.Index(fields=["practice", "-planned_at"], name="erasure_recent")]

    def __str__(self) -> str:
        return f"{self.state} {self.client_hash[:8]}"
