"""A set of questions of the practice: a draft to work on, and versions that never change."""

from django.db import models

from coachops.questionnaires.policies.questions import Kind
from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class Questionnaire(PracticeModel):
    """What is being worked on. Nobody is asked a draft: publishing freezes it as a version."""

    kind = models.CharField(max_length=12, choices=[(kind.value, kind.name) for kind in Kind])
    title = models.CharField(max_length=120)
    # Sections and questions, of the shape that `policies.questions.Content` reads.
    draft = models.JSONField(default=dict)
    # Rises with every change of the draft: of two tabs, the later one is told.
    revision = models.PositiveIntegerField(default=1)
    # Empty where nobody remembers: then only whoever looks after the practice puts it to use.
    made_by = PracticeForeignKey("practices.Membership", null=True, blank=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        indexes = [
            models.Index(fields=["practice", "archived_at", "title"], name="questionnaire_title")
        ]

    def __str__(self) -> str:
        return self.title


class QuestionnaireVersion(PracticeModel):
    """Frozen: the database refuses to change it. Responses are pinned to one."""

    questionnaire = PracticeForeignKey("questionnaires.Questionnaire")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    content = models.JSONField()
    published_by = PracticeForeignKey("practices.Membership", null=True, blank=True)
    published_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "questionnaire", "number"],
                name="questionnaire_version_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"
