"""What is written about a session: private to its author, or shared with the client."""

from django.db import models

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class PrivateNote(PracticeModel):
    """The coach's own notes, sealed. Nobody but their author ever reads them."""

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
                fields=["practice", "session", "author"], name="private_note_once_a_session"
            ),
        ]

    def __str__(self) -> str:
        return f"private note on {self.session_id}"


class SessionSummary(PracticeModel):
    """What a coach and the client keep from a session, sealed; its author's alone until shared.

    Another coach of the same client writes one of their own and reads this one once it is shared.
    """

    session = PracticeForeignKey("scheduling.Session")
    client = PracticeForeignKey("clients.Client")
    author = PracticeForeignKey("practices.Membership")
    sealed_body = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "session", "author"], name="session_summary_once_an_author"
            ),
        ]

    def __str__(self) -> str:
        return f"summary of {self.session_id}"
