"""The desk for requests about one's own data: access, rectification, erasure."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class AccessRequest(PracticeModel):
    """One request and its clock of one month. Says what is asked and what became of it, never
    what the records say."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("A copy of everything")
        RECTIFY = "rectify", _("A correction")
        ERASE = "erase", _("Erasure")

    class Channel(models.TextChoices):
        PORTAL = "portal", _("In the portal")
        STAFF = "staff", _("Told to the practice")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Taken back")

    class Refusal(models.TextChoices):
        NOT_THEM = "not_them", _("It could not be shown who asked")
        HELD = "held", _("The law obliges the practice to keep the records")
        REPEATED = "repeated", _("The same was answered a short while ago")

    # Empty after an erasure: that somebody asked remains, who it was does not.
    client = PracticeForeignKey("clients.Client", null=True, blank=True)
    kind = models.CharField(max_length=7, choices=Kind)
    channel = models.CharField(max_length=6, choices=Channel)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    handler = PracticeForeignKey("practices.Membership", null=True, blank=True)
    refusal = models.CharField(max_length=8, choices=Refusal, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "client", "kind"],
                condition=Q(state="open"),
                name="access_request_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="access_request_closed_with_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "state", "due_on"], name="access_request_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.client_id}"


class NotesDecision(PracticeModel):
    """What one author decides about their private notes; nobody else can read them."""

    class Decision(models.TextChoices):
        WAITING = "waiting", _("Waiting for the coach")
        RELEASED = "released", _("Released")
        WITHHELD = "withheld", _("Withheld")

    class Withheld(models.TextChoices):
        OTHERS = "others", _("They would reveal another person’s affairs")
        PRIVILEGE = "privilege", _("They belong to a legal dispute")
        HARM = "harm", _("Reading them could do serious harm")
        SEALED = "sealed", _("Their author has left, and nobody else can open them")

    request = PracticeForeignKey("retention.AccessRequest")
    author = PracticeForeignKey("practices.Membership")
    decision = models.CharField(max_length=8, choices=Decision, default=Decision.WAITING)
    reason = models.CharField(max_length=9, choices=Withheld, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "request", "author"], name="notes_decision_once"
            ),
            models.CheckConstraint(
                condition=~Q(decision="withheld") | Q(reason__gt=""),
                name="notes_decision_withheld_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} by {self.author_id}"


class ReleasedNote(PracticeModel):
    """What a coach releases of a private note, in the words they let stand. Confidential: for the
    client and its author."""

    request = PracticeForeignKey("retention.AccessRequest")
    client = PracticeForeignKey("clients.Client")
    author = PracticeForeignKey("practices.Membership")
    written_on = models.DateField()
    sealed_body = models.BinaryField()
    is_redacted = models.BooleanField(default=False)
    released_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        indexes = [
            models.Index(fields=["practice", "request", "written_on"], name="released_note_order")
        ]

    def __str__(self) -> str:
        return f"note of {self.written_on}"
