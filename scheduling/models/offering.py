"""A bookable session type."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from coachops.tenancy.models import PracticeForeignKey, PracticeManager, PracticeModel


def default_reminders() -> list[int]:
    """48 hours and 2 hours before, in minutes."""
    return [2880, 120]


class OfferingQuerySet(models.QuerySet["Offering"]):
    def bookable(self) -> "OfferingQuerySet":
        """Open, and its coach still works here, or it is others' as well.

        What two lead together is closed when one of them leaves.
        """
        return self.filter(Q(coach__ended_at=None) | ~Q(pooling=""), archived_at=None)


class Offering(PracticeModel):
    """One coach's session type. All lengths of time are whole minutes."""

    class Bookers(models.TextChoices):
        CLIENTS = "clients", "Clients, in their portal"
        ANYBODY = "anybody", "Anybody with the link"
        SECRET = "secret", "Only whoever was given a secret link"

    class Kind(models.TextChoices):
        INDIVIDUAL = "individual", "Individual session"
        CHEMISTRY = "chemistry", "Chemistry call"
        GROUP = "group", "Group session"
        THREE_WAY = "three_way", "Three-way check-in"

    class Place(models.TextChoices):
        VIDEO = "video", "Video call"
        PHONE = "phone", "Phone"
        ADDRESS = "address", "In person"

    class Video(models.TextChoices):
        """Where the link of a video call comes from; providers are in scheduling.rooms."""

        FIXED = "fixed", "The same link every time"
        OWN = "own", "A room of its own for each session"
        ROOM = "room", "One of the practice's rooms"

    class Pooling(models.TextChoices):
        NONE = "", "One coach"
        ROUND_ROBIN = "round_robin", "Whoever has had the fewest"
        CHOICE = "choice", "The booker chooses the coach"

    coach = PracticeForeignKey("practices.Membership")
    schedule = PracticeForeignKey("scheduling.Schedule")
    # Who leads it together with the coach, at which hours of their own.
    second_coach = PracticeForeignKey("practices.Membership", null=True, blank=True)
    second_schedule = PracticeForeignKey("scheduling.Schedule", null=True, blank=True)
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
    max_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    other_durations = ArrayField(models.PositiveSmallIntegerField(), default=list, size=4)
    capacity = models.PositiveSmallIntegerField(default=1)
    make_ups = models.PositiveSmallIntegerField(default=0)
    needs_approval = models.BooleanField(default=False)
    time_zone_locked = models.BooleanField(default=False)
    video = models.CharField(max_length=20, choices=Video, default=Video.FIXED)
    room = PracticeForeignKey("scheduling.MeetingRoom", null=True, blank=True)
    pooling = models.CharField(max_length=11, choices=Pooling, blank=True)
    hold_minutes = models.PositiveSmallIntegerField(default=10)
    # What is asked when booking: [{"key", "label", "kind", "required", "choices"}, …]
    questions = models.JSONField(default=list)
    change_notice = models.PositiveIntegerField(default=24 * 60)
    late_cancellation_forfeits = models.BooleanField(default=True)
    # Minutes before the start; null follows the practice's policy, [] sends none.
    reminders = ArrayField(models.PositiveIntegerField(), size=4, null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=200), name="offering_capacity"
            ),
            # Whoever shares it leads it alone.
            models.CheckConstraint(
                condition=Q(second_coach=None, second_schedule=None)
                | Q(second_coach__isnull=False, second_schedule__isnull=False, pooling="")
                & ~Q(second_coach=F("coach")),
                name="offering_second_coach",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def makes_own_links(self) -> bool:
        """Whether each session gets a link that no other has."""
        is_video = self.place == self.Place.VIDEO
        return is_video and self.video not in {self.Video.FIXED, self.Video.ROOM}


class OfferingCoach(PracticeModel):
    """One of the coaches who share an offering, each with hours of their own."""

    offering = PracticeForeignKey("scheduling.Offering")
    coach = PracticeForeignKey("practices.Membership")
    schedule = PracticeForeignKey("scheduling.Schedule")
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "offering", "coach"], name="offering_coach_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coach_id} in {self.offering_id}"


class BookingLink(PracticeModel):
    """A secret or one-off way to an offering. The secret itself is only in the link."""

    offering = PracticeForeignKey("scheduling.Offering")
    secret_hash = models.BinaryField(max_length=32)
    note = models.CharField(max_length=120, blank=True)
    most_bookings = models.PositiveSmallIntegerField(null=True, blank=True)
    bookings = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "secret_hash"], name="booking_link_secret_once"
            ),
            models.CheckConstraint(
                condition=Q(most_bookings=None) | Q(bookings__lte=models.F("most_bookings")),
                name="booking_link_not_overused",
            ),
        ]

    def __str__(self) -> str:
        return self.note or f"link to {self.offering_id}"


class MeetingRoom(PracticeModel):
    """A room of the practice, with a door or a link; its id is a resource that claims can take."""

    name = models.CharField(max_length=80)
    join_url = models.URLField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "name"], name="meeting_room_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
