"""The same meeting again and again."""

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class Series(PracticeModel):
    """How a run of sessions was asked for; the sessions themselves are rows of their own.

    The wall time holds in the zone it was chosen in, on both sides of a clock change.
    """

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", "Every week"
        FORTNIGHTLY = "fortnightly", "Every two weeks"
        MONTHLY = "monthly", "Every month, on the same weekday"

    offering = PracticeForeignKey("scheduling.Offering")
    coach = PracticeForeignKey("practices.Membership")
    client = PracticeForeignKey("clients.Client", null=True, blank=True)
    engagement = PracticeForeignKey("clients.Engagement", null=True, blank=True)
    rhythm = models.CharField(max_length=11, choices=Rhythm)
    starts_on = models.DateField()
    wall_time = models.TimeField()
    time_zone = models.CharField(max_length=64)
    times = models.PositiveSmallIntegerField()
    booking_key = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "booking_key"], name="series_booking_key_once"
            ),
            models.CheckConstraint(
                condition=Q(times__gte=2, times__lte=52), name="series_has_a_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rhythm} from {self.starts_on}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
