"""When a coach works: weekly hours in the coach's own wall time, and the days that differ."""

from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from coachops.tenancy.models import PracticeForeignKey, PracticeModel

TWO_DAYS = 2880  # minutes: an interval may run past midnight


class Schedule(PracticeModel):
    coach = PracticeForeignKey("practices.Membership")
    name = models.CharField(max_length=60, default="Working hours")
    time_zone = models.CharField(max_length=64)
    # ISO 3166: public holidays of this country (and part of it) are days off. Empty: none are.
    holiday_country = models.CharField(max_length=2, blank=True)
    holiday_region = models.CharField(max_length=10, blank=True)

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
    note = models.CharField(max_length=80, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "schedule", "on"], name="schedule_override_date_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on}"


class ScheduleTravel(PracticeModel):
    """On these dates, both inclusive, the coach's clock is another: hours stay, the zone moves."""

    schedule = PracticeForeignKey("scheduling.Schedule")
    starts_on = models.DateField()
    ends_on = models.DateField()
    time_zone = models.CharField(max_length=64)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="schedule_travel_dates"
            ),
            ExclusionConstraint(
                name="schedule_travel_one_place",
                expressions=[
                    ("practice", RangeOperators.EQUAL),
                    ("schedule", RangeOperators.EQUAL),
                    (
                        Func("starts_on", "ends_on", Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.time_zone} {self.starts_on} to {self.ends_on}"
