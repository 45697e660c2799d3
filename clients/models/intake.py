"""What a client is asked before the coaching begins."""

from datetime import timedelta
from typing import Final

from django.db import models
from django.db.models import Q

from clients.models.asking import Asking, Manner
from coachops.tenancy.models import PracticeModel

INTAKE: Final = Manner(
    word="intake",
    request_kind="clients.intake",
    sent_kind="clients.intake_sent",
    reminders=(timedelta(days=4), timedelta(days=9)),
)


class Intake(Asking):
    """The questions before the coaching begins. At most one of a client is open."""

    manner = INTAKE

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
