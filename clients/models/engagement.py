"""One client's run of coaching with one coach."""

from typing import Any

from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, PracticeManager, PracticeModel


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def running(self) -> "EngagementQuerySet":
        return self.filter(state__in=[Engagement.State.ACTIVE, Engagement.State.PAUSED])


class Engagement(PracticeModel):
    """Facts of the run. How many sessions are left is the ledger's to say, never this row's."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        COMPLETED = "completed", "Completed"
        CLOSED = "closed", "Closed early"

    class Payer(models.TextChoices):
        SPONSOR = "sponsor", "A sponsor organisation"
        SELF = "self", "The client"

    client = PracticeForeignKey("clients.Client")
    coach = PracticeForeignKey("practices.Membership")
    sponsor_organisation = PracticeForeignKey("clients.SponsorOrganisation", null=True, blank=True)
    unit = PracticeForeignKey("clients.OrganisationUnit", null=True, blank=True)
    title = models.CharField(max_length=120)
    payer = models.CharField(max_length=8, choices=Payer)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    starts_on = models.DateField()
    ends_on = models.DateField()
    # None is closed: nothing reaches the sponsor. Set only by the disclosure services.
    disclosure_level = models.PositiveSmallIntegerField(null=True, blank=True)
    attendance_shared = models.BooleanField(default=False)
    report_every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: Any = PracticeManager.from_queryset(EngagementQuerySet)()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="engagement_dates"
            ),
            models.CheckConstraint(
                condition=Q(disclosure_level=None) | Q(disclosure_level__lte=3),
                name="engagement_disclosure_level",
            ),
            models.CheckConstraint(
                condition=Q(payer="sponsor", sponsor_organisation__isnull=False)
                | Q(
                    payer="self",
                    sponsor_organisation__isnull=True,
                    disclosure_level__isnull=True,
                ),
                name="engagement_self_paying_has_no_sponsor",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_sponsored(self) -> bool:
        return self.payer == self.Payer.SPONSOR


class EngagementStakeholder(PracticeModel):
    """A contact linked to one engagement: a line manager, or the contact who signs and reads."""

    engagement = PracticeForeignKey("clients.Engagement")
    contact = PracticeForeignKey("clients.SponsorContact")

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "engagement", "contact"], name="engagement_stakeholder_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} on {self.engagement_id}"
