"""When another coach takes over: a brief for them, and what the client passes on."""

from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class HandoverBrief(PracticeModel):
    """What a coach writes for the next one, from shared material alone. Sealed.

    The author's until shared with the client; then it stands as it is, and the next coach reads it
    if the client passes it on. Taken back, it may be changed, and the client decides anew.
    """

    client = PracticeForeignKey("clients.Client")
    author = PracticeForeignKey("practices.Membership")
    next_coach = PracticeForeignKey("practices.Membership", null=True, blank=True)
    sealed_body = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "client", "author"], name="handover_brief_once_an_author"
            ),
        ]

    def __str__(self) -> str:
        return f"brief about {self.client_id}"


class Handover(PracticeModel):
    """The client of a later coach is asked what of before passes on to them. No content."""

    client = PracticeForeignKey("clients.Client")
    assignment = PracticeForeignKey("clients.CoachAssignment")
    asked_at = models.DateTimeField()
    # When the client said what passes on, or that nothing does; the last time they did.
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "assignment"], name="handover_once_an_assignment"
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "client"],
                condition=Q(answered_at=None),
                name="handover_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"handover of {self.client_id}"


class HandedOn(PracticeModel):
    """The client passes one kind of content of before on to one coach, as long as that coach's
    assignment runs. Only the client writes this row, and takes it back."""

    class Kind(models.TextChoices):
        BRIEF = "brief", "The brief"
        GOALS = "goals", "Goals and action items"
        SUMMARIES = "summaries", "Session summaries and agreed points"
        REFLECTIONS = "reflections", "Shared reflections"
        ANSWERS = "answers", "Answered questionnaires"

    client = PracticeForeignKey("clients.Client")
    assignment = PracticeForeignKey("clients.CoachAssignment")
    kind = models.CharField(max_length=12, choices=Kind)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "assignment", "kind"],
                condition=Q(withdrawn_at=None),
                name="handed_on_once",
            ),
        ]
        indexes = [models.Index(fields=["practice", "client"], name="handed_on_client")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.client_id}"


class BriefStanding(PracticeModel):
    """How far a coach's brief for the next one is: a state, without a word of it, for whoever
    organises. Wanted when somebody else began to coach; declined by its author."""

    client = PracticeForeignKey("clients.Client")
    author = PracticeForeignKey("practices.Membership")
    wanted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    shared_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "client", "author"], name="brief_standing_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "author"],
                condition=Q(wanted_at__isnull=False, declined_at=None, shared_at=None),
                name="brief_standing_wanted",
            )
        ]

    def __str__(self) -> str:
        return f"standing of the brief about {self.client_id}"


class HandoverLink(PracticeModel):
    """How a client without a portal is asked: by links to the address the record had when they
    were, each of which opens with a code sent there. Another address closes it for good."""

    client = PracticeForeignKey("clients.Client")
    handover = PracticeForeignKey("clients.Handover")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    code_hash = models.BinaryField(max_length=32, null=True, blank=True)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "handover"], name="handover_link_once"),
        ]
        indexes = [models.Index(fields=["practice", "client"], name="handover_link_client")]

    def __str__(self) -> str:
        return f"link of {self.handover_id}"
