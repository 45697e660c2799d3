"""Who gets contacts and next dates of a coach who drops out, and when that is in force."""

from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class ContinuityWill(PracticeModel):
    """A coach names a colleague, with words for them that name no client's matters."""

    coach = PracticeForeignKey("practices.Membership")
    named = PracticeForeignKey("practices.Membership")
    words = models.TextField(max_length=1000, blank=True)
    reviewed_on = models.DateField()
    saved_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "coach"], name="continuity_will_once"),
            models.CheckConstraint(
                condition=~Q(coach=models.F("named")), name="continuity_will_names_another"
            ),
        ]

    def __str__(self) -> str:
        return f"will of {self.coach_id}"


class ContinuityCase(PracticeModel):
    """A will in force: until it ends, the named person sees contacts and next dates, no content."""

    coach = PracticeForeignKey("practices.Membership")
    named = PracticeForeignKey("practices.Membership")
    began_by = PracticeForeignKey("practices.Membership")
    reason = models.CharField(max_length=300)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = PracticeForeignKey("practices.Membership", null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "coach"],
                condition=Q(ended_at=None),
                name="continuity_case_one_open",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "named"],
                condition=Q(ended_at=None),
                name="continuity_case_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.named_id} steps in for {self.coach_id}"


class ContinuityTask(PracticeModel):
    """One client of the coach to be written to."""

    case = PracticeForeignKey("clients.ContinuityCase")
    client = PracticeForeignKey("clients.Client")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "case", "client"], name="continuity_task_once"
            ),
        ]
        indexes = [models.Index(fields=["practice", "client"], name="continuity_task_client")]

    def __str__(self) -> str:
        return f"write to {self.client_id}"
