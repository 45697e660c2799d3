"""An objective in the client's own words, how the words evolved, and how far along it feels."""

from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class Goal(PracticeModel):
    class Origin(models.TextChoices):
        CLIENT = "client", "Client"
        SPONSOR = "sponsor", "Sponsor"
        JOINT = "joint", "Client and sponsor"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        REACHED = "reached", "Reached"
        DROPPED = "dropped", "Let go"

    client = PracticeForeignKey("clients.Client")
    engagement = PracticeForeignKey("clients.Engagement")
    position = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=7, choices=Origin, default=Origin.CLIENT)
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    target = models.PositiveSmallIntegerField(default=8)
    # Marked by the client: progress on it may reach the sponsor from level 1.
    marked_for_sponsor = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(target__gte=1, target__lte=10), name="goal_target_of_ten"
            ),
        ]

    def __str__(self) -> str:
        return f"goal {self.position}"


class GoalWording(PracticeModel):
    """The goal's own words, sealed. The first is kept for ever, each later one with its reason."""

    goal = PracticeForeignKey("tracking.Goal")
    client = PracticeForeignKey("clients.Client")
    number = models.PositiveSmallIntegerField()
    sealed_text = models.BinaryField()
    sealed_reason = models.BinaryField(null=True, blank=True)
    author = PracticeForeignKey("practices.Membership")
    worded_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "goal", "number"], name="goal_wording_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"wording {self.number} of {self.goal_id}"


class GoalTitle(PracticeModel):
    """A short name for the goal, sealed, which the client lets their coach's assistant read. Being
    there is the consent: withdrawn, it is gone.
    """

    goal = PracticeForeignKey("tracking.Goal")
    client = PracticeForeignKey("clients.Client")
    sealed_text = models.BinaryField()
    written_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "goal"], name="goal_title_once"),
        ]

    def __str__(self) -> str:
        return f"title of {self.goal_id}"


class SponsorWording(PracticeModel):
    """How the client words the goal for the sponsor; only these words ever reach one."""

    goal = PracticeForeignKey("tracking.Goal")
    text = models.CharField(max_length=200)
    written_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        indexes = [
            models.Index(fields=["practice", "goal", "-written_at"], name="sponsor_wording_latest")
        ]

    def __str__(self) -> str:
        return self.text


class GoalRating(PracticeModel):
    """A dated score from 1 to 10."""

    class Rater(models.TextChoices):
        SELF = "self", "Client"
        COACH = "coach", "Coach"
        MANAGER = "manager", "Manager"

    goal = PracticeForeignKey("tracking.Goal")
    session = PracticeForeignKey("scheduling.Session", null=True, blank=True)
    rater = models.CharField(max_length=7, choices=Rater)
    score = models.PositiveSmallIntegerField()
    rated_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=10), name="goal_rating_of_ten"
            ),
            models.UniqueConstraint(
                fields=["practice", "goal", "session", "rater"], name="goal_rating_once_a_session"
            ),
        ]
        indexes = [models.Index(fields=["practice", "goal", "rated_at"], name="goal_rating_course")]

    def __str__(self) -> str:
        return f"{self.score} of 10"
