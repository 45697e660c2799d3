"""A program applied to one engagement, with dates."""

from django.db import models

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class EngagementPlan(PracticeModel):
    """Pins an engagement to the program version it runs on."""

    engagement = PracticeForeignKey("clients.Engagement")
    version = PracticeForeignKey("programs.ProgramVersion")
    applied_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "engagement"], name="engagement_plan_once"),
        ]

    def __str__(self) -> str:
        return f"plan of {self.engagement_id}"


class PlannedSession(PracticeModel):
    """A session the plan asks for, with the dates in which it should be booked (both inclusive)."""

    plan = PracticeForeignKey("programs.EngagementPlan")
    session_plan = PracticeForeignKey("programs.SessionPlan")
    number = models.PositiveSmallIntegerField()
    opens_on = models.DateField()
    due_on = models.DateField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "plan", "number"], name="planned_session_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("opens_on")), name="planned_session_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.number}"
