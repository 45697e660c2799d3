"""What a client is asked besides intake and preparation: feedback, reflection, a closing survey."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.db import models
from django.db.models import Q

from clients.models import Client
from clients.models.asking import Asking, Manner
from coachops.tenancy.models import PracticeForeignKey, PracticeModel

_DAYS: Final = (timedelta(days=4), timedelta(days=9))
# By a member, and by the practice's rule: only the mails of the latter can be switched off.
BY_MEMBER: Final = Manner(
    word="questionnaire",
    request_kind="tracking.questionnaire",
    sent_kind="tracking.questionnaire_sent",
    reminders=_DAYS,
)
BY_RULE: Final = replace(BY_MEMBER, request_kind="tracking.questionnaire_rule", reminders=_DAYS[:1])
# By the rule about preparation, which reminds nobody.
BEFORE: Final = replace(BY_RULE, reminders=())


class AskedQuestionnaire(Asking):
    """A questionnaire that a client was asked to fill in.

    By a member, or by the practice's rule: then of each person once about a session (`session`) or
    about an engagement that is complete (`engagement`). What a member of a `team` is asked for its
    sake, the team's coach reads, and no coach of their own.
    """

    team = PracticeForeignKey("clients.Client", null=True, blank=True)
    session = PracticeForeignKey("scheduling.Session", null=True, blank=True)
    engagement = PracticeForeignKey("clients.Engagement", null=True, blank=True)
    by_rule = models.BooleanField(default=False)
    # When the team was asked: earlier than whoever joined later was.
    team_asked_at = models.DateTimeField(null=True, blank=True)
    # The session is the team's and still to come: how each of them prepares for it.
    is_before = models.BooleanField(default=False)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "response"], name="asked_questionnaire_response"
            ),
            models.UniqueConstraint(
                fields=["practice", "session", "client", "is_before"],
                condition=Q(by_rule=True),
                name="asked_after_session_once",
            ),
            models.UniqueConstraint(
                fields=["practice", "engagement", "client"],
                condition=Q(by_rule=True),
                name="asked_at_the_end_once",
            ),
            models.CheckConstraint(
                condition=Q(team=None, team_asked_at=None)
                | Q(team__isnull=False, team_asked_at__isnull=False),
                name="asked_of_a_team_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(is_before=False)
                | Q(by_rule=True, team__isnull=False, session__isnull=False),
                name="asked_before_a_session_of_a_team",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "client", "-asked_at"], name="asked_client_recent")
        ]

    def __str__(self) -> str:
        return f"questionnaire for {self.client_id}"

    @property
    def manner(self) -> Manner:
        if self.is_before:
            return BEFORE
        return BY_RULE if self.by_rule else BY_MEMBER

    @property
    def coached(self) -> Client:
        """The team for whose sake it was asked, or the client."""
        return self.team or self.client  # type: ignore[no-any-return]


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
