"""Companies that pay and the people there: all may be chosen, few may be changed by everybody."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404

from clients.access.clients import clients_for_member
from clients.models import (
    Engagement,
    EngagementStakeholder,
    OrganisationUnit,
    SponsorContact,
    SponsorOrganisation,
)
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.roles import Permission


@dataclass(frozen=True, slots=True)
class CompanyRights:
    """What the acting member may do about the people of a company.

    `is_shared`: others coach there too, so an HR contact would see their clients as well.
    """

    manages: bool
    is_shared: bool

    def allows(self, kind: str) -> bool:
        """Whether they may name, change or invite a contact of this kind."""
        return self.manages and (kind == SponsorContact.Kind.STAKEHOLDER or not self.is_shared)


def company_rights(request: PracticeRequest, organisation: SponsorOrganisation) -> CompanyRights:
    """Managers of the practice: everything. Others where their clients are, or, while nobody is
    coached there, in a company they added. At most one query.
    """
    if Permission.MANAGE_PRACTICE in request.permissions:
        return CompanyRights(manages=True, is_shared=False)
    visible = Q(client__in=clients_for_member(request).values("pk"))
    running = Q(state__in=[Engagement.State.ACTIVE, Engagement.State.PAUSED])
    counted = Engagement.objects.filter(sponsor_organisation=organisation).aggregate(
        every=Count("pk"),
        mine=Count("pk", filter=visible),
        others=Count("pk", filter=running & ~visible),
    )
    is_new = counted["every"] == 0 and organisation.added_by_id == request.membership.pk
    return CompanyRights(manages=counted["mine"] > 0 or is_new, is_shared=counted["others"] > 0)


def organisation_for_member(pk: UUID) -> SponsorOrganisation:
    """A company that pays, for members who look after clients. Raises 404."""
    return found_or_404(SponsorOrganisation, SponsorOrganisation.objects.filter(pk=pk))


def organisation_to_manage(request: PracticeRequest, pk: UUID) -> SponsorOrganisation:
    """A company whose name and people the member looks after. Raises 404."""
    organisation = organisation_for_member(pk)
    if not company_rights(request, organisation).manages:
        raise Http404
    return organisation


def contact_for_member(pk: UUID) -> SponsorContact:
    """A person at such a company. Raises 404."""
    return found_or_404(
        SponsorContact, SponsorContact.objects.select_related("organisation").filter(pk=pk)
    )


def contact_to_manage(request: PracticeRequest, pk: UUID) -> SponsorContact:
    """A person at a company whom the member may change, invite and send away. Raises 404."""
    contact = contact_for_member(pk)
    if not company_rights(request, contact.organisation).allows(contact.kind):
        raise Http404
    return contact


def linked_contact(engagement: Engagement, pk: UUID) -> SponsorContact:
    """A contact who is linked to this engagement. Raises 404."""
    linked = EngagementStakeholder.objects.filter(engagement=engagement).values("contact_id")
    return found_or_404(SponsorContact, SponsorContact.objects.filter(pk=pk, pk__in=linked))


def unit_at(pk: UUID) -> OrganisationUnit:
    """A unit of a company, for members who look after clients. Raises 404."""
    return found_or_404(OrganisationUnit, OrganisationUnit.objects.filter(pk=pk))


def unit_to_manage(request: PracticeRequest, pk: UUID) -> OrganisationUnit:
    """A unit of a company whose HR contacts the member names: what joins units shows them more.

    Raises 404.
    """
    unit = found_or_404(
        OrganisationUnit, OrganisationUnit.objects.select_related("organisation").filter(pk=pk)
    )
    if not company_rights(request, unit.organisation).allows(SponsorContact.Kind.SPONSOR):
        raise Http404
    return unit
