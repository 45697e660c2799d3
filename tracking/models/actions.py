"""Something the client or the coach will do, by when."""

from typing import Any

from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, PracticeManager, PracticeModel


class ActionItemQuerySet(models.QuerySet["ActionItem"]):
    def open(self) -> "ActionItemQuerySet":
        return self.filter(done_at=None, dropped_at=None)


class ActionItem(PracticeModel):
    class Owner(models.TextChoices):
        CLIENT = "client", "Client"
        COACH = "coach", "Coach"

    client = PracticeForeignKey("clients.Client")
    engagement = PracticeForeignKey("clients.Engagement")
    session = PracticeForeignKey("scheduling.Session", null=True, blank=True)
    text = models.CharField(max_length=300)
    owner = models.CharField(max_length=6, choices=Owner, default=Owner.CLIENT)
    due_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects: Any = PracticeManager.from_queryset(ActionItemQuerySet)()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(dropped_at=None), name="action_item_done_or_dropped"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "client", "due_on"], name="action_item_client_due"),
            models.Index(
                fields=["practice", "engagement", "created_at"], name="action_item_engagement"
            ),
        ]

    def __str__(self) -> str:
        return f"action item of {self.client_id}"
