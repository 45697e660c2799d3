"""A client's own assistant, who moves their sessions and sees dates and places, nothing else."""

from django.db import models
from django.db.models import F, Q

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class Delegation(PracticeModel):
    """Given and taken back by the client alone. The membership is the delegate's."""

    client = PracticeForeignKey("clients.Client")
    membership = PracticeForeignKey("practices.Membership")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    # A copy of the dates when something is booked, moved or cancelled.
    gets_mail = models.BooleanField(default=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "client", "membership"],
                condition=Q(ended_on=None),
                name="delegation_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="delegation_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} for {self.client_id}"
