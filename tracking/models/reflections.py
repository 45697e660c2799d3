"""What a client writes between sessions. Private until the client shares it."""

from django.db import models

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class Reflection(PracticeModel):
    client = PracticeForeignKey("clients.Client")
    sealed_body = models.BinaryField()
    written_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        indexes = [
            models.Index(
                fields=["practice", "client", "-written_at"], name="reflection_client_recent"
            )
        ]

    def __str__(self) -> str:
        return f"reflection of {self.client_id}"
