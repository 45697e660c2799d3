"""What somebody answers. Whose words they are is only an id here: the app that asks knows more."""

from django.db import models

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class Response(PracticeModel):
    """One person's answers to one version: how far, and whether they were sent. No content."""

    version = PracticeForeignKey("questionnaires.QuestionnaireVersion")
    # Whose words are in it and with whose key they are sealed.
    subject_id = models.UUIDField()
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # Of the questions that are shown for the answers so far.
    answered = models.PositiveSmallIntegerField(default=0)
    shown = models.PositiveSmallIntegerField(default=0)

    class Meta(PracticeModel.Meta):
        indexes = [models.Index(fields=["practice", "subject_id"], name="response_subject")]

    def __str__(self) -> str:
        return f"response {self.pk}"


class ResponseAnswer(PracticeModel):
    """The answer to one question, sealed. Of two tabs, neither overwrites what it has not seen."""

    response = PracticeForeignKey("questionnaires.Response")
    subject_id = models.UUIDField()
    question = models.CharField(max_length=40)
    sealed_value = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "response", "question"], name="response_answer_once"
            ),
        ]

    def __str__(self) -> str:
        return f"answer to {self.question}"


class AnswerComment(PracticeModel):
    """A remark below one answer, sealed: a thread between whoever answered and who reads it."""

    response = PracticeForeignKey("questionnaires.Response")
    subject_id = models.UUIDField()
    question = models.CharField(max_length=40)
    author = PracticeForeignKey("practices.Membership")
    sealed_body = models.BinaryField()
    written_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        indexes = [
            models.Index(
                fields=["practice", "response", "written_at"], name="answer_comment_thread"
            )
        ]

    def __str__(self) -> str:
        return f"comment on {self.question}"


class AnswerFile(PracticeModel):
    """Where a file of an answer lies, sealed. Its own name is part of the sealed answer."""

    response = PracticeForeignKey("questionnaires.Response")
    question = models.CharField(max_length=40)
    stored_as = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "stored_as"], name="answer_file_once"),
        ]

    def __str__(self) -> str:
        return self.stored_as
