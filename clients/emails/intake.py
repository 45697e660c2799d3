"""Mails about the intake questionnaire: please, a reminder, and to the coach: it is here."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.emails.people import Letter, acting_practice, delivery_of, page_address, reader_at
from clients.models import Intake
from clients.queries.clients import address_of, assigned_coaches, has_portal
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import reader_of
from coachops.practices.models import Practice
from coachops.practices.queries.members import reply_address
from coachops.practices.services.links import create_link

LINK_VALID_FOR = timedelta(days=30)


def prepare_intake(message: ClaimedMessage) -> Delivery | None:
    """Asks, or reminds; no longer once it was sent or withdrawn, or the client is archived."""
    intake = _intake(message)
    if intake is None or intake.closed_at is not None or intake.client.archived_at is not None:
        return None
    practice = acting_practice()
    coaches = assigned_coaches(intake.client, timezone.localdate(timezone=practice.zone))
    letter = Letter(
        name="clients/intake_reminder" if message.payload["number"] else "clients/intake_request",
        reader=reader_at(address_of(intake.client), practice),
        reply_to=reply_address(coaches[0]) if coaches else "",
        reason=_("Sent because you are about to be coached at %(practice)s."),
        context={
            "practice": practice,
            "client": intake.client,
            "coach": coaches[0] if coaches else None,
            "title": intake.response.version.title,
            "due_on": intake.due_on,
            "url": _address(intake, practice),
            "has_portal": has_portal(intake.client),
            "has_begun": intake.response.begun_at is not None,
        },
    )
    return delivery_of(letter, practice, message)


def prepare_intake_sent(message: ClaimedMessage) -> Delivery | None:
    """Tells a coach that it was answered; not if it was taken back or they coach no longer."""
    intake = _intake(message)
    if intake is None or intake.response.sent_at is None:
        return None
    practice = acting_practice()
    coaches = assigned_coaches(intake.client, timezone.localdate(timezone=practice.zone))
    coach = next((each for each in coaches if str(each.pk) == message.payload["coach"]), None)
    if coach is None:
        return None
    letter = Letter(
        name="clients/intake_sent",
        reader=reader_of(coach.user),
        reason=_("Sent because you coach at %(practice)s."),
        context={
            "practice": practice,
            "client": intake.client,
            "url": page_address("coach:intake", practice, pk=intake.client_id),
        },
    )
    return delivery_of(letter, practice, message)


def _intake(message: ClaimedMessage) -> Intake | None:
    rows = Intake.objects.select_related("client__membership__user", "response__version")
    found: Intake | None = rows.filter(pk=message.subject_id).first()
    return found


def _address(intake: Intake, practice: Practice) -> str:
    """In the portal for whoever has one, else a link of their own."""
    if has_portal(intake.client):
        return page_address("portal:intake", practice, pk=intake.pk)
    return create_link(
        purpose="intake.answer",
        subject_id=intake.pk,
        now=timezone.now(),
        valid_for=LINK_VALID_FOR,
        recipient=address_of(intake.client),
    )
