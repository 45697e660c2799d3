"""Other calendars: the feeds we give out, and the busy times we read."""

from django.db import models
from django.db.models import F, Q

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class CalendarFeed(PracticeModel):
    """A secret address that a calendar programme reads. The secret itself is only in the link."""

    class Kind(models.TextChoices):
        FULL = "full", "Sessions"
        BUSY = "busy", "Busy times only"

    membership = PracticeForeignKey("practices.Membership")
    kind = models.CharField(max_length=4, choices=Kind)
    secret_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "secret_hash"], name="calendar_feed_secret_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "membership", "kind"],
                condition=Q(revoked_at=None),
                name="calendar_feed_one_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} feed of {self.membership_id}"


class BusySource(PracticeModel):
    """A calendar of a coach's that is read for busy times.

    Address, credentials and the choice of calendars are sealed with a key of the source's own. A
    source that cannot be read keeps what was read last: nothing becomes free by itself.
    `writing_problem` is why sessions were last not written into it. `allows_http` is the coach's
    word that this subscription may be read over an unprotected line.
    """

    class Kind(models.TextChoices):
        ICS = "ics", "Calendar subscription"
        CALDAV = "caldav", "CalDAV account"
        GOOGLE = "google", "Google Calendar"
        MICROSOFT = "microsoft", "Microsoft 365"

    class State(models.TextChoices):
        NEW = "new", "Not read yet"
        READ = "read", "Up to date"
        STALE = "stale", "Could not be read lately"
        STOPPED = "stopped", "No longer tried"

    coach = PracticeForeignKey("practices.Membership")
    resource_id = models.UUIDField()
    kind = models.CharField(max_length=9, choices=Kind)
    name = models.CharField(max_length=80)
    host = models.CharField(max_length=255)
    wrapped_key = models.BinaryField()
    sealed_address = models.BinaryField()
    sealed_secret = models.BinaryField(null=True, blank=True)
    sealed_calendars = models.BinaryField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.NEW)
    problem = models.CharField(max_length=40, blank=True)
    unreadable_events = models.PositiveIntegerField(default=0)
    uncertain_zones = models.PositiveIntegerField(default=0)
    counts_free = models.BooleanField(default=False)
    counts_tentative = models.BooleanField(default=True)
    allows_http = models.BooleanField(default=False)
    writes_back = models.BooleanField(default=False)
    writing_problem = models.CharField(max_length=40, blank=True, default="")
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_tried_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "coach", "name"], name="busy_source_name_once"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "next_try_at"], name="busy_source_next_try"),
        ]

    def __str__(self) -> str:
        return self.name


class BusyBlock(PracticeModel):
    """Bare busy time of a person, merged and cut to at most a day. No title is ever kept."""

    source = PracticeForeignKey("scheduling.BusySource")
    resource_id = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="busy_block_has_a_length"
            ),
        ]
        indexes = [
            # Read across practices on purpose, so it leads with the person.
            models.Index(fields=["resource_id", "starts_at"], name="busy_block_resource_starts"),
        ]

    def __str__(self) -> str:
        return f"busy {self.starts_at}"


class CalendarCopy(PracticeModel):
    """A session as it was last written into a coach's own calendar (CalDAV)."""

    source = PracticeForeignKey("scheduling.BusySource")
    session = PracticeForeignKey("scheduling.Session")
    href = models.CharField(max_length=500)
    etag = models.CharField(max_length=200, blank=True)
    sequence = models.PositiveIntegerField()
    written_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "source", "session"], name="calendar_copy_once"
            ),
        ]

    def __str__(self) -> str:
        return f"copy of {self.session_id}"
