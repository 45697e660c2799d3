from clients.models.access_ledger import ContentRead
from clients.models.client import Client, ClientKey, CoachAssignment
from clients.models.delegation import Delegation
from clients.models.disclosure import DisclosureProposal, DisclosureSignature
from clients.models.engagement import Engagement, EngagementStakeholder
from clients.models.sponsors import SponsorContact, SponsorOrganisation

__all__ = [
    "Client",
    "ClientKey",
    "CoachAssignment",
    "ContentRead",
    "Delegation",
    "DisclosureProposal",
    "DisclosureSignature",
    "Engagement",
    "EngagementStakeholder",
    "SponsorContact",
    "SponsorOrganisation",
]
