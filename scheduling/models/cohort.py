"""People who meet again and again, together."""

from typing import Any

from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, PracticeManager, PracticeModel


class Cohort(PracticeModel):
    """A roster and a run of group sessions, which are those of its series.

    Each date is a session of its own, with its places, its waiting list and its attendance; the
    roster says who gets a place in the dates that are still to come.
    """

    series = PracticeForeignKey("scheduling.Series")
    name = models.CharField(max_length=80)
    capacity = models.PositiveSmallIntegerField()
    draws_on_ledger = models.BooleanField(default=False)
    # Others than its members may take free places on single dates.
    is_open = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "series"], name="cohort_series_once"),
            models.CheckConstraint(
                condition=Q(capacity__gte=2, capacity__lte=200), name="cohort_capacity"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CohortMemberQuerySet(models.QuerySet["CohortMember"]):
    def current(self) -> "CohortMemberQuerySet":
        return self.filter(left_at=None)


class CohortMember(PracticeModel):
    """A client on the roster of a cohort, also after they have left it."""

    cohort = PracticeForeignKey("scheduling.Cohort")
    client = PracticeForeignKey("clients.Client")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects: Any = PracticeManager.from_queryset(CohortMemberQuerySet)()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "cohort", "client"], name="cohort_member_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} in {self.cohort_id}"
