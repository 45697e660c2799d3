"""What a client is asked before a session, and by which rule."""

from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class PreparationPolicy(PracticeModel):
    """The practice's rule: which questionnaire, how many days before. None: nobody is asked."""

    questionnaire = PracticeForeignKey("questionnaires.Questionnaire", null=True, blank=True)
    days_before = models.PositiveSmallIntegerField(default=3)
    sends_mail = models.BooleanField(default=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice"], name="preparation_policy_once"),
            models.CheckConstraint(
                condition=Q(days_before__gte=1, days_before__lte=14),
                name="preparation_policy_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days_before} days before"


class PlanPreparation(PracticeModel):
    """A session plan of a program that asks questions of its own instead."""

    session_plan = PracticeForeignKey("programs.SessionPlan")
    questionnaire = PracticeForeignKey("questionnaires.Questionnaire")

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "session_plan"], name="plan_preparation_once"
            ),
        ]

    def __str__(self) -> str:
        return f"preparation for {self.session_plan_id}"


class SessionPreparation(PracticeModel):
    """What a client was asked about one session. The answers are its response's."""

    session = PracticeForeignKey("scheduling.Session")
    client = PracticeForeignKey("clients.Client")
    response = PracticeForeignKey("questionnaires.Response")
    asked_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "session"], name="session_preparation_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "response"], name="session_preparation_response"
            ),
        ]

    def __str__(self) -> str:
        return f"preparation of {self.session_id}"
