"""Who belongs to a team that is coached together, from when to when."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from coachops.tenancy.models import PracticeForeignKey, PracticeManager, PracticeModel


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    def present(self) -> "TeamMemberQuerySet":
        return self.filter(left_at=None)


class TeamMember(PracticeModel):
    """A person in a team. What the team was shared opens by this row and its two moments.

    Whoever comes back gets another row: what was shared meanwhile stays closed to them. The
    speaker signs for the team and gets the mails that a team has no address for. `added_at` is
    when somebody wrote it down; `joined_at` may be a day before that.
    """

    team = PracticeForeignKey("clients.Client")
    client = PracticeForeignKey("clients.Client")
    joined_at = models.DateTimeField()
    added_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    is_speaker = models.BooleanField(default=False)

    objects: Any = PracticeManager.from_queryset(TeamMemberQuerySet)()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "team", "client"],
                condition=Q(left_at=None),
                name="team_member_present_once",
            ),
            models.UniqueConstraint(
                fields=["practice", "team"],
                condition=Q(left_at=None, is_speaker=True),
                name="team_one_speaker",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("joined_at")),
                name="team_member_dates",
            ),
            models.CheckConstraint(condition=~Q(team=F("client")), name="team_member_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} in {self.team_id}"
