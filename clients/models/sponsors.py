"""The companies that pay, and the people there."""

from django.db import models

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class SponsorOrganisation(PracticeModel):
    name = models.CharField(max_length=120)
    mail_domain = models.CharField(max_length=120, blank=True)
    # Names the company's first people, before any engagement says who works with it.
    added_by = PracticeForeignKey("practices.Membership", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "name"], name="sponsor_organisation_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SponsorContact(PracticeModel):
    """A person at the company: HR sees all its engagements, a line manager the linked ones."""

    class Kind(models.TextChoices):
        SPONSOR = "sponsor", "HR contact"
        STAKEHOLDER = "stakeholder", "Line manager"

    organisation = PracticeForeignKey("clients.SponsorOrganisation")
    membership = PracticeForeignKey("practices.Membership", null=True, blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    job_title = models.CharField(max_length=120, blank=True)
    access_ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "organisation", "email"], name="sponsor_contact_email_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationUnit(PracticeModel):
    """A division or a location of a company, where it tells its engagements apart."""

    organisation = PracticeForeignKey("clients.SponsorOrganisation")
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "organisation", "name"], name="organisation_unit_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ContactUnit(PracticeModel):
    """An HR contact with such rows sees the engagements of these units alone."""

    contact = PracticeForeignKey("clients.SponsorContact")
    unit = PracticeForeignKey("clients.OrganisationUnit")

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "contact", "unit"], name="contact_unit_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} for {self.unit_id}"
