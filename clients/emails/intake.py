"""Mails about the intake questionnaire."""

from django.utils.translation import gettext_lazy as _

from clients.emails.asking import news_of, request_of
from clients.emails.people import acting_practice, page_address
from clients.models import Intake
from coachops.outbox.registry import ClaimedMessage, Delivery


def prepare_intake(message: ClaimedMessage) -> Delivery | None:
    """Asks the client, or reminds them."""
    intake = _intake(message)
    if intake is None:
        return None
    reason = _("Sent because you are about to be coached at %(practice)s.")
    return request_of(intake, message, reason=reason)


def prepare_intake_sent(message: ClaimedMessage) -> Delivery | None:
    """Tells a coach that it was answered."""
    intake = _intake(message)
    if intake is None:
        return None
    page = page_address("coach:intake", acting_practice(), pk=intake.client_id)
    return news_of(intake, message, page=page)


def _intake(message: ClaimedMessage) -> Intake | None:
    rows = Intake.objects.select_related("client__membership__user", "response__version")
    found: Intake | None = rows.filter(pk=message.subject_id).first()
    return found
