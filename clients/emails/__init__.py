"""The mails of this app; see the modules."""

from clients.emails.agreements import (
    prepare_agreement_code,
    prepare_agreement_news,
    prepare_agreement_request,
)
from clients.emails.continuity import prepare_continuity, prepare_continuity_review
from clients.emails.enquiries import prepare_enquiry
from clients.emails.handover import (
    prepare_handover,
    prepare_handover_answered,
    prepare_handover_code,
)
from clients.emails.intake import prepare_intake, prepare_intake_sent
from clients.emails.messages import prepare_message_waits
from clients.emails.old_address import prepare_old_address
from clients.emails.people import (
    prepare_delegate_invitation,
    prepare_disclosure_request,
    prepare_notice,
    prepare_portal_invitation,
    prepare_sponsor_invitation,
)
from clients.emails.teams import (
    prepare_former_speaker,
    prepare_team_membership,
    prepare_team_news,
)

__all__ = [
    "prepare_agreement_code",
    "prepare_agreement_news",
    "prepare_agreement_request",
    "prepare_continuity",
    "prepare_continuity_review",
    "prepare_delegate_invitation",
    "prepare_disclosure_request",
    "prepare_enquiry",
    "prepare_former_speaker",
    "prepare_handover",
    "prepare_handover_answered",
    "prepare_handover_code",
    "prepare_intake",
    "prepare_intake_sent",
    "prepare_message_waits",
    "prepare_notice",
    "prepare_old_address",
    "prepare_portal_invitation",
    "prepare_sponsor_invitation",
    "prepare_team_membership",
    "prepare_team_news",
]
