"""Who takes part in a session that has more than one place."""

from typing import Any

from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, PracticeManager, PracticeModel
from scheduling.models.session import Session


class SeatQuerySet(models.QuerySet["Seat"]):
    def taken(self) -> "SeatQuerySet":
        return self.filter(state=Seat.State.BOOKED)

    def waiting(self) -> "SeatQuerySet":
        """In the order in which they asked."""
        return self.filter(state=Seat.State.WAITING).order_by("asked_at", "pk")


class Seat(PracticeModel):
    """One person's place in a session: a participant of a group, or a sponsor of a three-way.

    The calendar revision is the seat's own, because somebody may leave and come back while the
    session goes on for the others (RFC 5546, 3.2.5).
    """

    class State(models.TextChoices):
        BOOKED = "booked", "Booked"
        WAITING = "waiting", "On the waiting list"
        CANCELLED = "cancelled", "Cancelled"

    class Part(models.TextChoices):
        PARTICIPANT = "participant", "Participant"
        SPONSOR = "sponsor", "Sponsor"
        OBSERVER = "observer", "Observer"

    session = PracticeForeignKey("scheduling.Session")
    part = models.CharField(max_length=11, choices=Part, default=Part.PARTICIPANT)
    client = PracticeForeignKey("clients.Client", null=True, blank=True)
    engagement = PracticeForeignKey("clients.Engagement", null=True, blank=True)
    sponsor_contact = PracticeForeignKey("clients.SponsorContact", null=True, blank=True)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    time_zone = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State, default=State.BOOKED)
    asked_at = models.DateTimeField()
    # Chosen by the page on which a guest took the place, so that a double click takes it once. It
    # goes along to another date, and with it what was answered; a client's is their first place.
    booking_key = models.UUIDField(null=True, blank=True)
    # The client has not answered yet what the offering asks.
    asks_client = models.BooleanField(default=False)
    outcome = models.CharField(max_length=15, choices=Session.Outcome, blank=True)
    outcome_reason = models.CharField(max_length=40, blank=True)
    makes_up_for = PracticeForeignKey("scheduling.Seat", null=True, blank=True)
    calendar_sequence = models.PositiveIntegerField(default=0)
    revised_at = models.DateTimeField()

    objects: Any = PracticeManager.from_queryset(SeatQuerySet)()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "session", "email"], name="seat_person_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "booking_key", "session"], name="seat_booking_key_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "session", "asked_at"],
                condition=Q(state="waiting"),
                name="seat_waiting_list",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.session_id}"
