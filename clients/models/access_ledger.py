"""Who looked: each read of a client's content by somebody else."""

from django.db import models

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class ContentRead(PracticeModel):
    """One row a reader, client, kind of content and hour. Never changed, shown to the client."""

    client = PracticeForeignKey("clients.Client")
    reader = PracticeForeignKey("practices.Membership")
    kind = models.CharField(max_length=30)
    hour = models.DateTimeField()
    first_read_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "client", "reader", "kind", "hour"],
                name="content_read_once_an_hour",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "client", "-first_read_at"], name="content_read_recent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} read {self.kind} of {self.client_id}"
