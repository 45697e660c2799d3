"""A booked meeting, and the claim that keeps its coach from being in two places at once."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from coachops.tenancy.models import PracticeForeignKey, PracticeManager, PracticeModel


class SessionQuerySet(models.QuerySet["Session"]):
    def booked(self) -> "SessionQuerySet":
        return self.filter(state=Session.State.BOOKED)

    def upcoming(self, now: datetime) -> "SessionQuerySet":
        return self.booked().filter(ends_at__gt=now).order_by("starts_at")

    def past(self, now: datetime) -> "SessionQuerySet":
        return self.booked().filter(ends_at__lte=now).order_by("-starts_at")


class Session(PracticeModel):
    """The calendar identity (uid, sequence, revised_at) belongs to the row, not to a mail template.

    RFC 5545 and 5546: one UID for life; SEQUENCE rises with every revision that is sent.
    """

    class State(models.TextChoices):
        BOOKED = "booked", "Booked"
        CANCELLED = "cancelled", "Cancelled"

    class Outcome(models.TextChoices):
        HELD = "held", "Held"
        LATE_CANCEL = "late_cancel", "Client cancelled late"
        NO_SHOW = "no_show", "Client did not come"
        COACH_CANCELLED = "coach_cancelled", "Coach cancelled"
        WAIVED = "waived", "Waived"

    offering = PracticeForeignKey("scheduling.Offering")
    coach = PracticeForeignKey("practices.Membership")
    client = PracticeForeignKey("clients.Client", null=True, blank=True)
    engagement = PracticeForeignKey("clients.Engagement", null=True, blank=True)
    planned_session = PracticeForeignKey("programs.PlannedSession", null=True, blank=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    guest_name = models.CharField(max_length=120, blank=True)
    guest_email = models.EmailField(blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    coach_time_zone = models.CharField(max_length=64)
    booker_time_zone = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State, default=State.BOOKED)
    outcome = models.CharField(max_length=15, choices=Outcome, blank=True)
    outcome_reason = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=8)
    place_details = models.CharField(max_length=300, blank=True)
    # Chosen by the booking page, so that a double click books once.
    booking_key = models.UUIDField()
    calendar_uid = models.CharField(max_length=120)
    calendar_sequence = models.PositiveIntegerField(default=0)
    revised_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: Any = PracticeManager.from_queryset(SessionQuerySet)()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "booking_key"], name="session_booking_key_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "calendar_uid"], name="session_calendar_uid_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_has_a_length"
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | Q(state="booked", cancelled_at__isnull=True, cancelled_by=""),
                name="session_cancelled_with_its_time",
            ),
            models.CheckConstraint(
                condition=Q(client__isnull=False) | ~Q(guest_email=""), name="session_has_a_booker"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "coach", "starts_at"], name="session_coach_starts"),
            models.Index(fields=["practice", "client", "starts_at"], name="session_client_starts"),
            models.Index(
                fields=["practice", "engagement", "starts_at"], name="session_engagement_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.starts_at:%Y-%m-%d %H:%M} UTC"

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    @property
    def booker_zone(self) -> ZoneInfo:
        return ZoneInfo(self.booker_time_zone)

    @property
    def coach_zone(self) -> ZoneInfo:
        return ZoneInfo(self.coach_time_zone)


class Claim(PracticeModel):
    """A person's time, taken. The resource is the coach's user id, the same in every practice.

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
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.starts_at}"
