"""What happened, by whom: ids and short facts, never content, never changed afterwards."""

from django.db import models

from coachops.tenancy.models import PracticeModel


class AuditEvent(PracticeModel):
    """One state change. No foreign keys, so that erasure and the audit trail do not fight."""

    happened_at = models.DateTimeField()
    event = models.CharField(max_length=60)
    actor_user_id = models.UUIDField(null=True)
    actor_membership_id = models.UUIDField(null=True)
    actor_roles = models.CharField(max_length=80, blank=True)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    facts = models.JSONField(default=dict)

    class Meta(PracticeModel.Meta):
        indexes = [
            models.Index(fields=["practice", "happened_at"], name="audit_practice_happened"),
            models.Index(
                fields=["practice", "subject_id", "happened_at"], name="audit_practice_subject"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_kind} {self.subject_id}"
