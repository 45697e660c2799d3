"""Single-purpose links that act without signing in."""

from datetime import datetime

from django.db import models

from coachops.tenancy.models import PracticeForeignKey, PracticeModel
from coachops.tenancy.turns import A_MOMENT


class SignedLink(PracticeModel):
    """A link's state. The secret itself is only in the mail; here is its SHA-256."""

    purpose = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    recipient = models.EmailField(blank=True)
    membership = PracticeForeignKey("practices.Membership", null=True, blank=True)
    secret_hash = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "secret_hash"], name="signed_link_secret_once"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "subject_id", "purpose"], name="signed_link_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject_id}"

    def is_usable(self, now: datetime) -> bool:
        return self.used_at is None and self.revoked_at is None and now < self.expires_at

    def has_just_ended(self, now: datetime) -> bool:
        """Used or taken back within this moment, as for the second of two clicks."""
        ended_at = self.used_at or self.revoked_at
        return ended_at is not None and ended_at > now - A_MOMENT
