"""What a client is asked besides intake and preparation: feedback, reflection, a closing survey."""

from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class AskedQuestionnaire(PracticeModel):
    """A questionnaire that a client was asked to fill in. The answers are its response's.

    By a member, or by the practice's rule: then once about a session (`session`) or about an
    engagement that is complete (`engagement`). Closed once it was sent or withdrawn. What a member
    of a `team` is asked for its sake, the team's coach reads, and no coach of their own.
    """

    client = PracticeForeignKey("clients.Client")
    team = PracticeForeignKey("clients.Client", null=True, blank=True)
    response = PracticeForeignKey("questionnaires.Response")
    session = PracticeForeignKey("scheduling.Session", null=True, blank=True)
    engagement = PracticeForeignKey("clients.Engagement", null=True, blank=True)
    by_rule = models.BooleanField(default=False)
    asked_by = PracticeForeignKey("practices.Membership", null=True, blank=True)
    asked_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # The browser in which a signed link was taken up; forwarded to another one, it shows nothing.
    browser_hash = models.BinaryField(max_length=32, null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "response"], name="asked_questionnaire_response"
            ),
            models.UniqueConstraint(
                fields=["practice", "session"],
                condition=Q(by_rule=True),
                name="asked_after_session_once",
            ),
            models.UniqueConstraint(
                fields=["practice", "engagement"],
                condition=Q(by_rule=True),
                name="asked_at_the_end_once",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "client", "-asked_at"], name="asked_client_recent")
        ]

    def __str__(self) -> str:
        return f"questionnaire for {self.client_id}"


class QuestionnaireRule(PracticeModel):
    """What is asked by itself at a moment; a session plan may ask something of its own instead."""

    class Moment(models.TextChoices):
        HELD = "held"
        END = "end"

    moment = models.CharField(max_length=4, choices=Moment.choices)
    session_plan = PracticeForeignKey("programs.SessionPlan", null=True, blank=True)
    questionnaire = PracticeForeignKey("questionnaires.Questionnaire")

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "moment", "session_plan"],
                nulls_distinct=False,
                name="questionnaire_rule_once",
            ),
            models.CheckConstraint(
                condition=Q(moment="held") | Q(session_plan=None),
                name="questionnaire_rule_of_plans",
            ),
        ]

    def __str__(self) -> str:
        return f"asked at {self.moment}"
