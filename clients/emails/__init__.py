"""The mails of this app; see the modules."""

from clients.emails.agreements import (
    prepare_agreement_code,
    prepare_agreement_news,
    prepare_agreement_request,
)
from clients.emails.intake import prepare_intake, prepare_intake_sent
from clients.emails.messages import prepare_message_waits
from clients.emails.people import (
    prepare_delegate_invitation,
    prepare_disclosure_request,
    prepare_notice,
    prepare_portal_invitation,
    prepare_sponsor_invitation,
)

__all__ = [
    "prepare_agreement_code",
    "prepare_agreement_news",
    "prepare_agreement_request",
    "prepare_delegate_invitation",
    "prepare_disclosure_request",
    "prepare_intake",
    "prepare_intake_sent",
    "prepare_message_waits",
    "prepare_notice",
    "prepare_portal_invitation",
    "prepare_sponsor_invitation",
]
