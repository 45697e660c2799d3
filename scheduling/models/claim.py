"""The claim that keeps a coach, or a room, from being in two places at once."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class Claim(PracticeModel):
    """A person's time, taken. The resource is the coach's user id, the same in every practice
    (or the id of a meeting room).

    The exclusion constraint sees the rows of all practices, so nobody is booked twice anywhere;
    bare times may be read across practices, everything else stays behind the wall.
    """

    class State(models.TextChoices):
        HELD = "held", "Held"
        CONFIRMED = "confirmed", "Confirmed"
        RELEASED = "released", "Released"

    resource_id = models.UUIDField()
    session = PracticeForeignKey("scheduling.Session", null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    during = models.GeneratedField(
        expression=Func("starts_at", "ends_at", function="tstzrange"),
        output_field=DateTimeRangeField(),
        db_persist=True,
    )
    buffer_before = models.PositiveSmallIntegerField(default=0)
    buffer_after = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State)
    expires_at = models.DateTimeField(null=True, blank=True)
    # Who holds it: the booking page's key, or the id of a poll's option.
    hold_key = models.UUIDField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            ExclusionConstraint(
                name="claim_no_overlap",
                expressions=[
                    ("resource_id", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=["held", "confirmed"]),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="claim_has_a_length"
            ),
            models.CheckConstraint(
                condition=Q(state="held", expires_at__isnull=False)
                | (~Q(state="held") & Q(expires_at__isnull=True)),
                name="claim_held_until",
            ),
        ]
        indexes = [
            # Read across practices on purpose, so it leads with the person.
            models.Index(
                fields=["resource_id", "starts_at"],
                condition=Q(state__in=["held", "confirmed"]),
                name="claim_resource_starts",
            ),
            models.Index(
                fields=["practice", "hold_key"],
                condition=Q(hold_key__isnull=False),
                name="claim_hold_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.starts_at}"
