"""What a client writes between sessions. Private until the client shares it."""

from django.db import models

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class Reflection(PracticeModel):
    client = PracticeForeignKey("clients.Client")
    sealed_body = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    # When it was last changed; empty as long as it stands as first written.
    saved_at = models.DateTimeField(null=True, blank=True)
    shared_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        indexes = [
            models.Index(
                fields=["practice", "client", "-written_at"], name="reflection_client_recent"
            )
        ]

    def __str__(self) -> str:
        return f"reflection of {self.client_id}"
