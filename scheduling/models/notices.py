"""How a practice reminds, and what people answered to invitations."""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.db import models

from coachops.tenancy.models import PracticeForeignKey, PracticeModel
from scheduling.models.offering import default_reminders


class ReminderPolicy(PracticeModel):
    """What holds in the whole practice where an offering says nothing else.

    Quiet hours are wall time of whoever would be reminded, and may run past midnight.
    """

    minutes_before = ArrayField(models.PositiveIntegerField(), default=default_reminders, size=4)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    sends_preparation = models.BooleanField(default=True)
    preparation_at = models.TimeField(default=time(18))
    asks_outcome = models.BooleanField(default=True)
    # Clients are asked to book what their program says is due.
    asks_to_book = models.BooleanField(default=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice"], name="reminder_policy_once"),
        ]

    def __str__(self) -> str:
        return "reminder policy"


class InvitationReply(PracticeModel):
    """What somebody's calendar answered last, and to which revision of the invitation.

    It holds while that revision does. An answer informs the coach and changes nothing by itself;
    `settled_at` says when the coach decided about a no. `email` is in lower case: of a place in a
    group it is the place's own.
    """

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        TENTATIVE = "tentative", "Perhaps"

    session = PracticeForeignKey("scheduling.Session")
    email = models.EmailField()
    answer = models.CharField(max_length=9, choices=Answer)
    sequence = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "session", "email"], name="invitation_reply_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} to {self.session_id}"
