"""Somebody who asked, before being a client: where they stand, and who sent them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class Enquiry(PracticeModel):
    """One person's way from a first word to a client, or to "not now". Logistics, no content."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        CALL = "call", _("Chemistry call")
        PROPOSAL = "proposal", _("Proposal")
        CLIENT = "client", _("Client")
        NOT_NOW = "not_now", _("Not now")

    class Source(models.TextChoices):
        FORM = "form", _("Enquiry form")
        BOOKING = "booking", _("Booked a call")
        MEMBER = "member", _("Added by hand")

    class Reason(models.TextChoices):
        NO_ANSWER = "no_answer", _("No answer")
        TIMING = "timing", _("The time is not right")
        BUDGET = "budget", _("Budget")
        FIT = "fit", _("Not the right fit")
        ELSEWHERE = "elsewhere", _("Chose another coach")
        NOT_COACHING = "not_coaching", _("Something else than coaching is needed")
        FULL = "full", _("No free place with us")
        OTHER = "other", _("Another reason")

    name = models.CharField(max_length=120)
    email = models.EmailField()
    wish = models.TextField(max_length=2000, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    source = models.CharField(max_length=7, choices=Source)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    coach = PracticeForeignKey("practices.Membership", null=True, blank=True)
    # Arrangements alone; what somebody says about themself belongs into the coaching.
    logistics = models.TextField(max_length=1000, blank=True)
    next_step = models.CharField(max_length=120, blank=True)
    next_on = models.DateField(null=True, blank=True)
    # Who sent them: at most one of these.
    referrer_client = PracticeForeignKey("clients.Client", null=True, blank=True)
    referrer_contact = PracticeForeignKey("clients.SponsorContact", null=True, blank=True)
    referrer_member = PracticeForeignKey("practices.Membership", null=True, blank=True)
    referrer_words = models.CharField(max_length=120, blank=True)
    client = PracticeForeignKey("clients.Client", null=True, blank=True)
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    # Its period is counted from here, each change anew. Empty once it belongs to a client's record.
    touched_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "email"],
                condition=Q(state__in=["new", "call", "proposal"]),
                name="enquiry_open_once",
            ),
            models.CheckConstraint(
                condition=Q(client=None) | Q(state="client"), name="enquiry_client_has_the_state"
            ),
            models.CheckConstraint(
                condition=Q(state="not_now") ^ Q(reason=""), name="enquiry_not_now_has_a_reason"
            ),
            models.CheckConstraint(
                condition=(
                    Q(referrer_client=None, referrer_contact=None)
                    | Q(referrer_client=None, referrer_member=None)
                    | Q(referrer_contact=None, referrer_member=None)
                ),
                name="enquiry_one_referrer",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "state", "-moved_at"], name="enquiry_board"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.NEW, self.State.CALL, self.State.PROPOSAL}


class PublicPages(PracticeModel):
    """What the practice shows strangers beside its booking pages; without a row the defaults."""

    takes_enquiries = models.BooleanField(default=True)
    shows_outcomes = models.BooleanField(default=False)
    introduction = models.TextField(max_length=600, blank=True)
    changed_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice"], name="public_pages_once"),
        ]

    def __str__(self) -> str:
        return f"public pages of {self.practice_id}"
