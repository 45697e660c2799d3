"""A few sentences of a session for the practice's file, apart from what coach and client keep."""

from django.db import models

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class FileSummary(PracticeModel):
    """Sealed. The coach and the client read it, and the assistant as long as the client agrees."""

    session = PracticeForeignKey("scheduling.Session")
    client = PracticeForeignKey("clients.Client")
    author = PracticeForeignKey("practices.Membership")
    sealed_body = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "session", "author"], name="file_summary_once_an_author"
            ),
        ]

    def __str__(self) -> str:
        return f"summary for the file of {self.session_id}"


class FileConsent(PracticeModel):
    """The client lets the assistant read what is written for the file. Gone when withdrawn."""

    client = PracticeForeignKey("clients.Client")
    given_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "client"], name="file_consent_once"),
        ]

    def __str__(self) -> str:
        return f"consent of {self.client_id}"
