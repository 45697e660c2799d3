"""Who belongs to a practice, through which door, with which roles."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from coachops.practices.roles import Audience, Role
from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(ended_at=None)


class Membership(PracticeModel):
    """One person, one practice, one audience; several roles.

    Row-level security of its own: a person sees their own memberships, members see the practice's.
    """

    user = models.ForeignKey(
        "practices.User", on_delete=models.DO_NOTHING, related_name="+", db_index=False
    )
    audience = models.CharField(max_length=8, choices=[(a, a) for a in Audience])
    roles = ArrayField(models.CharField(max_length=12))
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    # Read before any scope is known (the chooser), so not through the loud practice manager.
    objects = MembershipQuerySet.as_manager()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "user", "audience"], name="membership_once_an_audience"
            ),
            models.CheckConstraint(
                condition=models.Q(roles__len__gt=0), name="membership_has_a_role"
            ),
        ]
        indexes = [
            models.Index(fields=["user"], name="membership_user"),
            models.Index(fields=["practice", "name"], name="membership_practice_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def has_role(self, role: Role) -> bool:
        return role in self.roles


class AssistantAssignment(PracticeModel):
    """An assistant works for one coach, or for the whole practice (no coach named)."""

    assistant = PracticeForeignKey("practices.Membership")
    coach = PracticeForeignKey("practices.Membership", null=True, blank=True)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="assistant_assignment_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistant_id} for {self.coach_id or 'everybody'}"
