"""A booked meeting."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from coachops.tenancy.models import PracticeForeignKey, PracticeManager, PracticeModel


def utc_offset(moment: datetime, zone: str) -> int:
    """Minutes that a zone's clock is ahead of UTC at an instant, as is known today."""
    ahead = moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return ahead // timedelta(minutes=1)


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
    # Who leads it together with the coach.
    second_coach = PracticeForeignKey("practices.Membership", null=True, blank=True)
    client = PracticeForeignKey("clients.Client", null=True, blank=True)
    engagement = PracticeForeignKey("clients.Engagement", null=True, blank=True)
    planned_session = PracticeForeignKey("programs.PlannedSession", null=True, blank=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    series = PracticeForeignKey("scheduling.Series", null=True, blank=True)
    room = PracticeForeignKey("scheduling.MeetingRoom", null=True, blank=True)
    booked_by = PracticeForeignKey("practices.Membership", null=True, blank=True)
    # Somebody booked it for the client and left questions open, which the client is asked now.
    asks_client = models.BooleanField(default=False)
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
    # Minutes that the coach's clock was ahead of UTC then, when the time was chosen: with it the
    # wall time that was meant is known, whatever becomes of the zone. Empty: nobody has looked.
    coach_utc_offset = models.SmallIntegerField(null=True, blank=True)
    # Minutes by which that clock will show another time than was meant, as it was noticed last.
    clock_shift = models.SmallIntegerField(default=0)
    booker_time_zone = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State, default=State.BOOKED)
    outcome = models.CharField(max_length=15, choices=Outcome, blank=True)
    outcome_reason = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=8)
    place_details = models.CharField(max_length=300, blank=True)
    # The link was made for this session alone, so it goes along to whoever holds it next.
    has_own_link = models.BooleanField(default=False)
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
            models.CheckConstraint(
                condition=Q(second_coach=None) | ~Q(second_coach=F("coach")),
                name="session_second_coach",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "coach", "starts_at"], name="session_coach_starts"),
            models.Index(
                fields=["practice", "second_coach", "starts_at"],
                condition=Q(second_coach__isnull=False),
                name="session_second_coach_starts",
            ),
            models.Index(fields=["practice", "client", "starts_at"], name="session_client_starts"),
            models.Index(
                fields=["practice", "engagement", "starts_at"], name="session_engagement_starts"
            ),
            models.Index(
                fields=["practice", "coach", "starts_at"],
                condition=~Q(clock_shift=0),
                name="session_clock_shifted",
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

    def stand_on_clock_of(self, zone: str) -> None:
        """Its time is meant as this zone's clock shows it now; not saved."""
        self.coach_time_zone = zone
        self.coach_utc_offset = utc_offset(self.starts_at, zone)
        self.clock_shift = 0

    @property
    def meant_wall_time(self) -> datetime | None:
        """What the coach's clock was to show at the start; naive, None where it is not known."""
        if self.coach_utc_offset is None:
            return None
        wall = self.starts_at.astimezone(UTC) + timedelta(minutes=self.coach_utc_offset)
        return wall.replace(tzinfo=None)


class BookingAnswer(PracticeModel):
    """What the booker answered to a question of the offering. Confidential: coach and booker.

    Sealed with the client's key. A guest has none, so the row of a guest brings a key of its own.
    With a `seat` it is that person's answer in a session of several; whoever gave their place up
    and took it again answered anew, and the later answer counts.
    """

    session = PracticeForeignKey("scheduling.Session")
    seat = PracticeForeignKey("scheduling.Seat", null=True, blank=True)
    position = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=200)
    sealed_answer = models.BinaryField()
    wrapped_key = models.BinaryField(max_length=100, null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "session", "position"],
                condition=Q(seat=None),
                name="booking_answer_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "seat"],
                condition=Q(seat__isnull=False),
                name="booking_answer_of_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.position}"
