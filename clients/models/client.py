"""The person being coached, who coaches them, and the key to what they said."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower

from coachops.tenancy.models import PracticeForeignKey, PracticeManager, PracticeModel


class Client(PracticeModel):
    """An adult being coached, or a team. A person's record may exist before they are invited.

    A team has no address and no way in of its own: its members come in as themselves.
    """

    class Kind(models.TextChoices):
        PERSON = "person", "A person"
        TEAM = "team", "A team"

    kind = models.CharField(
        max_length=6, choices=Kind, default=Kind.PERSON, db_default=Kind.PERSON.value
    )
    membership = PracticeForeignKey("practices.Membership", null=True, blank=True)
    name = models.CharField(max_length=120)
    preferred_name = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    email_lower = models.GeneratedField(
        expression=Lower("email"), output_field=models.CharField(max_length=254), db_persist=True
    )
    phone = models.CharField(max_length=40, blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    employer = models.CharField(max_length=120, blank=True)
    time_zone = models.CharField(max_length=64)
    session_title = models.CharField(max_length=60, default="Meeting")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    # The client has read what an address at the company that pays means, and put the notice away.
    employer_mail_read_at = models.DateTimeField(null=True, blank=True)
    # What a search looks through: the words of these, small, without accents, a space before each.
    searched = models.GeneratedField(
        expression=models.Func(
            *("name", "preferred_name", "email", "employer", "job_title", "phone"),
            function="app.searchable",
            arg_joiner=" || ' ' || ",
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "email"],
                condition=Q(kind="person"),
                name="client_email_once",
            ),
            models.UniqueConstraint(
                fields=["practice", "membership"], name="client_membership_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="person") | Q(email="", membership=None),
                name="client_team_has_no_address",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "name", "id"], name="client_practice_name"),
            models.Index(fields=["practice", "email"], name="client_practice_email"),
            # Whoever asks whether somebody is a client themself, asks whatever the letters' size;
            # of a plain column, as no index on a function helps under row-level security.
            models.Index(fields=["practice", "email_lower"], name="client_practice_email_lower"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_team(self) -> bool:
        return self.kind == self.Kind.TEAM

    @property
    def first_name(self) -> str:
        """How it is spoken of: a team by its whole name."""
        if self.is_team:
            return self.preferred_name or self.name
        return self.preferred_name or self.name.split()[0]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class ClientKey(PracticeModel):
    """The client's data key, wrapped by the master key. Deleting it erases their sealed texts."""

    client = PracticeForeignKey("clients.Client")
    wrapped = models.BinaryField(max_length=100)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "client"], name="client_key_once"),
        ]

    def __str__(self) -> str:
        return f"key of {self.client_id}"


class CoachAssignmentQuerySet(models.QuerySet["CoachAssignment"]):
    def current(self, today: date | Combinable) -> "CoachAssignmentQuerySet":
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=today), started_on__lte=today)


class CoachAssignment(PracticeModel):
    """Who coaches whom, from when to when. Access to content follows this row, never rank.

    The first coach of a client reads everything (`sees_from_at` is None); whoever comes later reads
    what was shared since, and what the client hands on. The database sets `sees_from_at` and lets
    nobody set it earlier. One that ended on the day it began, ends the day before: it never was.
    """

    client = PracticeForeignKey("clients.Client")
    coach = PracticeForeignKey("practices.Membership")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    sees_from_at = models.DateTimeField(null=True, blank=True)

    objects: Any = PracticeManager.from_queryset(CoachAssignmentQuerySet)()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "coach", "client"],
                condition=Q(ended_on=None),
                name="coach_assignment_open_once",
            ),
            models.UniqueConstraint(
                fields=["practice", "client"],
                condition=Q(sees_from_at=None),
                name="coach_assignment_one_first",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None)
                | Q(ended_on__gte=models.F("started_on") - timedelta(days=1)),
                name="coach_assignment_dates",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "coach"],
                condition=Q(sees_from_at__isnull=False),
                name="coach_assignment_later",
            )
        ]

    def __str__(self) -> str:
        return f"{self.coach_id} coaches {self.client_id}"
