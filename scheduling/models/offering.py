"""A bookable session type."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, PracticeManager, PracticeModel


def default_reminders() -> list[int]:
    """48 hours and 2 hours before, in minutes."""
    return [2880, 120]


class OfferingQuerySet(models.QuerySet["Offering"]):
    def bookable(self) -> "OfferingQuerySet":
        """Open, and its coach still works here."""
        return self.filter(archived_at=None, coach__ended_at=None)


class Offering(PracticeModel):
    """One coach's session type. All lengths of time are whole minutes."""

    class Bookers(models.TextChoices):
        CLIENTS = "clients", "Clients, in their portal"
        ANYBODY = "anybody", "Anybody with the link"

    class Kind(models.TextChoices):
        INDIVIDUAL = "individual", "Individual session"
        CHEMISTRY = "chemistry", "Chemistry call"

    class Place(models.TextChoices):
        VIDEO = "video", "Video call"
        PHONE = "phone", "Phone"
        ADDRESS = "address", "In person"

    coach = PracticeForeignKey("practices.Membership")
    schedule = PracticeForeignKey("scheduling.Schedule")
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, db_index=False)
    description = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    bookers = models.CharField(max_length=8, choices=Bookers)
    place = models.CharField(max_length=8, choices=Place, default=Place.VIDEO)
    place_details = models.CharField(max_length=200, blank=True)
    duration = models.PositiveSmallIntegerField(default=60)
    step = models.PositiveSmallIntegerField(default=30)
    buffer_before = models.PositiveSmallIntegerField(default=0)
    buffer_after = models.PositiveSmallIntegerField(default=15)
    notice = models.PositiveIntegerField(default=24 * 60)
    horizon_days = models.PositiveSmallIntegerField(default=60)
    max_per_day = models.PositiveSmallIntegerField(null=True, blank=True)
    change_notice = models.PositiveIntegerField(default=24 * 60)
    late_cancellation_forfeits = models.BooleanField(default=True)
    reminders = ArrayField(models.PositiveIntegerField(), default=default_reminders, size=4)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: Any = PracticeManager.from_queryset(OfferingQuerySet)()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "slug"], name="offering_slug_once"),
            models.CheckConstraint(
                condition=Q(duration__gte=5, duration__lte=480, step__gte=5),
                name="offering_lengths",
            ),
        ]

    def __str__(self) -> str:
        return self.name
