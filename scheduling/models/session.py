"""A booked meeting."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from coachops.tenancy.models import PracticeForeignKey, PracticeManager, PracticeModel


class SessionQuerySet(models.QuerySet["Session"]):
    def booked(self) -> "SessionQuerySet":
        return self.filter(state=Session.State.BOOKED)

    def kept(self) -> "SessionQuerySet":
        """Booked, or asked for and not answered yet: in both cases the time is taken."""
        return self.filter(state__in=[Session.State.BOOKED, Session.State.REQUESTED])

    def requested(self, now: datetime) -> "SessionQuerySet":
        """What waits for its coach's answer and could still take place."""
        waiting = self.filter(state=Session.State.REQUESTED, starts_at__gt=now)
        return waiting.order_by("starts_at")

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
        REQUESTED = "requested", "Waiting for the coach"
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
    series = PracticeForeignKey("scheduling.Series", null=True, blank=True)
    room = PracticeForeignKey("scheduling.MeetingRoom", null=True, blank=True)
    booked_by = PracticeForeignKey("practices.Membership", null=True, blank=True)
    topic = models.CharField(max_length=120, blank=True)
    # Seats of a group session; an individual one has its client instead.
    capacity = models.PositiveSmallIntegerField(default=1)
    taken = models.PositiveSmallIntegerField(default=0)
    # A place in this group session uses up one session of the participant's engagement.
    draws_on_ledger = models.BooleanField(default=False)
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
                | Q(state__in=["booked", "requested"], cancelled_at__isnull=True, cancelled_by=""),
                name="session_cancelled_with_its_time",
            ),
            models.CheckConstraint(
                condition=Q(client__isnull=False) | ~Q(guest_email="") | Q(capacity__gt=1),
                name="session_has_a_booker",
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")), name="session_seats_not_oversold"
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
    def is_requested(self) -> bool:
        return self.state == self.State.REQUESTED

    @property
    def booker_zone(self) -> ZoneInfo:
        return ZoneInfo(self.booker_time_zone)

    @property
    def coach_zone(self) -> ZoneInfo:
        return ZoneInfo(self.coach_time_zone)


class BookingAnswer(PracticeModel):
    """What the booker answered to a question of the offering. Confidential: coach and booker."""

    session = PracticeForeignKey("scheduling.Session")
    position = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=200)
    answer = models.TextField(blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "session", "position"], name="booking_answer_once"
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.position}"
