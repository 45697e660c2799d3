"""What may reach the sponsor: nothing, until client, coach and sponsor have signed one level."""

from django.db import models

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class DisclosureProposal(PracticeModel):
    """A level that the three are asked to sign. At most one is open for an engagement."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting for signatures"
        SIGNED = "signed", "Signed by all three"
        WITHDRAWN = "withdrawn", "Withdrawn"

    engagement = PracticeForeignKey("clients.Engagement")
    level = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    sponsor_contact = PracticeForeignKey("clients.SponsorContact")
    proposed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "engagement"],
                condition=models.Q(state="open"),
                name="disclosure_proposal_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(level__lte=3), name="disclosure_proposal_level"
            ),
        ]

    def __str__(self) -> str:
        return f"level {self.level} for {self.engagement_id}"


class DisclosureSignature(PracticeModel):
    """A typed consent with its evidence: full text, name, time, address, user agent."""

    class Party(models.TextChoices):
        CLIENT = "client", "Client"
        COACH = "coach", "Coach"
        SPONSOR = "sponsor", "Sponsor"

    proposal = PracticeForeignKey("clients.DisclosureProposal")
    party = models.CharField(max_length=8, choices=Party)
    signed_name = models.CharField(max_length=120)
    consent_text = models.TextField()
    consent_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    signed_from = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "proposal", "party"], name="disclosure_signature_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} signed {self.proposal_id}"
