"""Append-only rows; every count of sessions is a sum of them."""

from django.db import models

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class LedgerAccount(PracticeModel):
    engagement = PracticeForeignKey("clients.Engagement")

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "engagement"], name="ledger_account_once"),
        ]

    def __str__(self) -> str:
        return f"ledger of {self.engagement_id}"


class LedgerEntry(PracticeModel):
    """One movement. Consecutive sequence and balance let the database refuse an overdraft."""

    class Kind(models.TextChoices):
        ALLOT = "allot", "Allotted"
        CONSUME = "consume", "Used"
        FORFEIT = "forfeit", "Forfeited"
        RESTORE = "restore", "Given back"
        WAIVE = "waive", "Waived"
        TRANSFER = "transfer", "Transferred"
        EXPIRE = "expire", "Expired"

    account = PracticeForeignKey("programs.LedgerAccount")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    change = models.SmallIntegerField()
    balance_after = models.PositiveSmallIntegerField()
    # A session is a row of the app above; its id is kept, not its key.
    session_id = models.UUIDField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "account", "sequence"], name="ledger_entry_consecutive"
            ),
            models.CheckConstraint(
                condition=models.Q(balance_after__gte=0), name="ledger_entry_no_overdraft"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "session_id"], name="ledger_entry_session"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.change:+d}"
