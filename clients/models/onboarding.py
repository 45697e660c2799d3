"""What has to be in place before the coaching begins, step by step, for each engagement."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class StepKind(models.TextChoices):
    """What a step is about. All but the last three are ticked off by what happens elsewhere."""

    INVITATION = "invitation", _("Invited to the portal")
    AGREEMENT = "agreement", _("Agreement signed")
    INTAKE = "intake", _("Intake questionnaire")
    KICKOFF = "kickoff", _("Kick-off session")
    LETTER = "letter", _("Logistics letter")
    INSTRUMENT = "instrument", _("Access to the instrument")
    OTHER = "other", _("Something else")


class StepOwner(models.TextChoices):
    """Whose step it is to take; anybody who looks after the client may tick it off."""

    ASSISTANT = "assistant", _("Assistant")
    COACH = "coach", _("Coach")
    CLIENT = "client", _("Client")
    SPONSOR = "sponsor", _("Sponsor")


class OnboardingStep(PracticeModel):
    """One step of an engagement. Settled when it is done or not needed; `settled_by` is empty where
    it was ticked off by what happened."""

    engagement = PracticeForeignKey("clients.Engagement")
    kind = models.CharField(max_length=10, choices=StepKind)
    title = models.CharField(max_length=120)
    owner = models.CharField(max_length=9, choices=StepOwner)
    due_on = models.DateField()
    settled_at = models.DateTimeField(null=True, blank=True)
    is_skipped = models.BooleanField(default=False)
    settled_by = PracticeForeignKey("practices.Membership", null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=StepKind.values, owner__in=StepOwner.values),
                name="onboarding_step_words",
            ),
            models.CheckConstraint(
                condition=Q(is_skipped=False) | Q(settled_at__isnull=False),
                name="onboarding_step_skipped_is_settled",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "engagement", "due_on"], name="onboarding_engagement"),
            models.Index(
                fields=["practice", "due_on"],
                condition=Q(settled_at=None),
                name="onboarding_step_open",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.settled_at is None
