"""What a client is asked before the coaching begins."""

from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class Intake(PracticeModel):
    """An intake questionnaire that a client was asked to fill in. The answers are its response's.

    Closed once it was sent or withdrawn; at most one of a client is open.
    """

    client = PracticeForeignKey("clients.Client")
    response = PracticeForeignKey("questionnaires.Response")
    asked_by = PracticeForeignKey("practices.Membership", null=True, blank=True)
    asked_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # The browser in which a signed link was taken up; forwarded to another one, it shows nothing.
    browser_hash = models.BinaryField(max_length=32, null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "response"], name="intake_response_once"),
            models.UniqueConstraint(
                fields=["practice", "client"],
                condition=Q(closed_at=None),
                name="intake_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "client", "-asked_at"], name="intake_client_recent")
        ]

    def __str__(self) -> str:
        return f"intake of {self.client_id}"
