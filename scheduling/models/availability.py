"""When a coach works: weekly hours in the coach's own wall time, and the days that differ."""

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from coachops.tenancy.models import PracticeForeignKey, PracticeModel

TWO_DAYS = 2880  # minutes: an interval may run past midnight


class Schedule(PracticeModel):
    coach = PracticeForeignKey("practices.Membership")
    name = models.CharField(max_length=60, default="Working hours")
    time_zone = models.CharField(max_length=64)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "coach", "name"], name="schedule_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class ScheduleRule(PracticeModel):
    """One open interval of a weekday (0 is Monday), in minutes of the wall clock since midnight."""

    schedule = PracticeForeignKey("scheduling.Schedule")
    weekday = models.PositiveSmallIntegerField()
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(weekday__lte=6, end_minute__lte=TWO_DAYS)
                & Q(end_minute__gt=F("start_minute")),
                name="schedule_rule_interval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start_minute}-{self.end_minute}"


class ScheduleOverride(PracticeModel):
    """The hours of one date instead of its weekday's: [[start, end], …] in minutes; [] is off."""

    schedule = PracticeForeignKey("scheduling.Schedule")
    on = models.DateField()
    intervals = models.JSONField(default=list)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "schedule", "on"], name="schedule_override_date_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on}"
