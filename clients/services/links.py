"""Who at the company stands beside which engagement."""

from datetime import datetime

from django.db import transaction

from clients.models import Engagement, EngagementStakeholder, SponsorContact
from clients.queries.clients import is_among
from coachops.audit.record import record


class NotAtTheCompany(Exception):
    """The engagement is paid by another company, or the contact's access has ended."""


class IsTheClient(Exception):
    """Nobody stands beside their own engagement in another role."""


@transaction.atomic
def link_contact(*, engagement: Engagement, contact: SponsorContact, now: datetime) -> None:
    """A second time changes nothing. Raises NotAtTheCompany, IsTheClient."""
    if engagement.sponsor_organisation_id != contact.organisation_id or contact.access_ended_at:
        raise NotAtTheCompany
    if is_among(engagement.client, contact):
        raise IsTheClient
    _row, is_new = EngagementStakeholder.objects.get_or_create(
        engagement=engagement, contact=contact
    )
    if is_new:
        record(
            event="contact.linked",
            subject=engagement,
            now=now,
            facts={"contact": str(contact.pk)},
        )
