from clients.models.access_ledger import ContentRead
from clients.models.agreements import (
    Agreement,
    AgreementFile,
    AgreementKind,
    AgreementSettings,
    AgreementSignature,
    AgreementSigner,
    AgreementTemplate,
    AgreementTemplateVersion,
    SealingCertificate,
)
from clients.models.asking import Asking
from clients.models.client import Client, ClientKey, CoachAssignment
from clients.models.continuity import ContinuityCase, ContinuityTask, ContinuityWill
from clients.models.delegation import Delegation
from clients.models.disclosure import DisclosureProposal, DisclosureSignature
from clients.models.engagement import Engagement, EngagementStakeholder
from clients.models.enquiries import Enquiry, PublicPages
from clients.models.handover import (
    BriefStanding,
    HandedOn,
    Handover,
    HandoverBrief,
    HandoverLink,
)
from clients.models.intake import INTAKE, Intake
from clients.models.messages import (
    AnswerPromise,
    CoachingMessage,
    LogisticsMessage,
    MessageThread,
    ThreadReader,
)
from clients.models.onboarding import OnboardingStep, StepKind, StepOwner
from clients.models.sponsors import (
    ContactUnit,
    OrganisationUnit,
    SponsorContact,
    SponsorOrganisation,
)
from clients.models.teams import TeamMember

__all__ = [
    "INTAKE",
    "Agreement",
    "AgreementFile",
    "AgreementKind",
    "AgreementSettings",
    "AgreementSignature",
    "AgreementSigner",
    "AgreementTemplate",
    "AgreementTemplateVersion",
    "AnswerPromise",
    "Asking",
    "BriefStanding",
    "Client",
    "ClientKey",
    "CoachAssignment",
    "CoachingMessage",
    "ContactUnit",
    "ContentRead",
    "ContinuityCase",
    "ContinuityTask",
    "ContinuityWill",
    "Delegation",
    "DisclosureProposal",
    "DisclosureSignature",
    "Engagement",
    "EngagementStakeholder",
    "Enquiry",
    "HandedOn",
    "Handover",
    "HandoverBrief",
    "HandoverLink",
    "Intake",
    "LogisticsMessage",
    "MessageThread",
    "OnboardingStep",
    "OrganisationUnit",
    "PublicPages",
    "SealingCertificate",
    "SponsorContact",
    "SponsorOrganisation",
    "StepKind",
    "StepOwner",
    "TeamMember",
    "ThreadReader",
]
