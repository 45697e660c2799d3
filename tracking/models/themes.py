"""What conversations were about: a practice's own short list of themes, and which a session had."""

from django.db import models
from django.db.models.functions import Lower

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class Theme(PracticeModel):
    """One theme of the practice's list. Retired ones stay on the sessions that had them."""

    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint("practice", Lower("name"), name="theme_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SessionTheme(PracticeModel):
    """A theme that `author`, who coached the session, gave it. The client's and theirs to read."""

    session = PracticeForeignKey("scheduling.Session")
    client = PracticeForeignKey("clients.Client")
    theme = PracticeForeignKey("tracking.Theme")
    author = PracticeForeignKey("practices.Membership")
    chosen_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "session", "author", "theme"], name="session_theme_once"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "client", "session"], name="session_theme_client")
        ]

    def __str__(self) -> str:
        return f"theme of {self.session_id}"
