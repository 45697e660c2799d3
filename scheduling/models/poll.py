"""Finding a time that suits client, coach and sponsor, and what the three then agree on."""

from django.db import models
from django.db.models import F, Q

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class Poll(PracticeModel):
    """Times that are held for a three-way check-in until everybody has said what suits."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting for answers"
        BOOKED = "booked", "Booked"
        CLOSED = "closed", "Closed without a time"

    engagement = PracticeForeignKey("clients.Engagement")
    offering = PracticeForeignKey("scheduling.Offering")
    coach = PracticeForeignKey("practices.Membership")
    session = PracticeForeignKey("scheduling.Session", null=True, blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    # Read by all three, and by whoever looks after the dates.
    agenda = models.CharField(max_length=2000, blank=True)
    closes_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state="booked", session__isnull=False)
                | (~Q(state="booked") & Q(session__isnull=True)),
                name="poll_booked_with_its_session",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "closes_at"],
                condition=Q(state="open"),
                name="poll_open_until",
            ),
        ]

    def __str__(self) -> str:
        return f"poll for {self.engagement_id}"


class PollOption(PracticeModel):
    """One held time; the claim that holds it has this row's id as its key."""

    poll = PracticeForeignKey("scheduling.Poll")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "poll", "starts_at"], name="poll_option_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="poll_option_has_a_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} UTC"


class PollVoter(PracticeModel):
    """Somebody who is asked; the coach has answered by proposing."""

    class Part(models.TextChoices):
        CLIENT = "client", "Client"
        SPONSOR = "sponsor", "Sponsor"

    poll = PracticeForeignKey("scheduling.Poll")
    part = models.CharField(max_length=7, choices=Part)
    client = PracticeForeignKey("clients.Client", null=True, blank=True)
    sponsor_contact = PracticeForeignKey("clients.SponsorContact", null=True, blank=True)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    time_zone = models.CharField(max_length=64)
    answered_at = models.DateTimeField(null=True, blank=True)
    # Ids of the options that suit.
    suits = models.JSONField(default=list)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "poll", "email"], name="poll_voter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.poll_id}"


class PollShares(PracticeModel):
    """What the client agrees to bring: short lines, one under the other, sealed. Confidential:
    for the client and whoever coaches them."""

    poll = PracticeForeignKey("scheduling.Poll")
    client = PracticeForeignKey("clients.Client")
    sealed_lines = models.BinaryField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "poll"], name="poll_shares_once"),
        ]

    def __str__(self) -> str:
        return f"shares of {self.poll_id}"


class AgreedPoint(PracticeModel):
    """What the three agreed. The wall shows it to the client, their coach, and the sponsors who
    took part; it is not sealed, for the company has it too."""

    session = PracticeForeignKey("scheduling.Session")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)
    added_by = models.CharField(max_length=120)
    added_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "session", "position"], name="agreed_point_position_once"
            ),
        ]

    def __str__(self) -> str:
        return f"point {self.position}"


class SchedulingRequest(PracticeModel):
    """The client is asked to book what the program says is due, then reminded, then left alone."""

    class State(models.TextChoices):
        OPEN = "open", "Asked"
        BOOKED = "booked", "Booked"
        DROPPED = "dropped", "No longer asked"

    engagement = PracticeForeignKey("clients.Engagement")
    client = PracticeForeignKey("clients.Client")
    planned_session = PracticeForeignKey("programs.PlannedSession")
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    nudges = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    next_nudge_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "planned_session"], name="scheduling_request_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "next_nudge_at"],
                condition=Q(state="open"),
                name="scheduling_request_due",
            ),
        ]

    def __str__(self) -> str:
        return f"request for {self.planned_session_id}"
