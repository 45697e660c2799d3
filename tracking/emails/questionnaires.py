"""Mails about questionnaires: please, a reminder, and to the coach: it is here. Never an answer."""

from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.emails.people import Letter, acting_practice, delivery_of, page_address, reader_at
from clients.queries.clients import address_of, assigned_coaches, has_portal
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import reader_of
from coachops.practices.models import Membership, Practice
from coachops.practices.queries.members import reply_address
from coachops.practices.services.links import create_link
from tracking.models import AskedQuestionnaire, SessionPreparation

LINK_VALID_FOR: Final = timedelta(days=30)
# tracking.services.questionnaires.ANSWER_PURPOSE, which is above here.
_PURPOSE: Final = "questionnaire.answer"
_PEOPLE: Final = ("client__membership__user", "response__version", "session")
_AND_TEAM: Final = (*_PEOPLE, "team")


def prepare_questionnaire(message: ClaimedMessage) -> Delivery | None:
    """Asks, or reminds; no longer once it was sent or taken back, or the client is archived."""
    rows = AskedQuestionnaire.objects.select_related(*_AND_TEAM).filter(pk=message.subject_id)
    asked: AskedQuestionnaire | None = rows.filter(closed_at=None).first()
    if asked is None or asked.client.archived_at is not None:
        return None
    practice = acting_practice()
    today = timezone.localdate(timezone=practice.zone)
    coaches = assigned_coaches(asked.team or asked.client, today)
    is_reminder = bool(message.payload["number"])
    letter = Letter(
        name=f"tracking/questionnaire_{'reminder' if is_reminder else 'request'}",
        reader=reader_at(address_of(asked.client), practice),
        reply_to=reply_address(coaches[0]) if coaches else "",
        reason=_("Sent because you are coached at %(practice)s."),
        context={
            "practice": practice,
            "client": asked.client,
            "team": asked.team,
            "coach": coaches[0] if coaches else None,
            "title": asked.response.version.title,
            "met_at": asked.session.starts_at if asked.session else None,
            "due_on": asked.due_on,
            "url": _address(asked, practice),
            "has_portal": has_portal(asked.client),
            "has_begun": asked.response.begun_at is not None,
        },
    )
    return delivery_of(letter, practice, message)


def prepare_questionnaire_sent(message: ClaimedMessage) -> Delivery | None:
    """Tells a coach that it was answered; not if it was taken back or they coach no longer."""
    rows = AskedQuestionnaire.objects.select_related(*_AND_TEAM).filter(pk=message.subject_id)
    asked: AskedQuestionnaire | None = rows.exclude(response__sent_at=None).first()
    if asked is None:
        return None
    practice = acting_practice()
    today = timezone.localdate(timezone=practice.zone)
    coaches = assigned_coaches(asked.team or asked.client, today)
    coach = next((each for each in coaches if str(each.pk) == message.payload["coach"]), None)
    if coach is None:
        return None
    context = {
        "practice": practice,
        "client": asked.client,
        "title": asked.response.version.title,
        "url": page_address("coach:asked_questionnaire", practice, pk=asked.pk),
    }
    return delivery_of(_to_coach("questionnaire_sent", coach, context), practice, message)


def prepare_preparation_sent(message: ClaimedMessage) -> Delivery | None:
    """Tells the coach of a session that the client has prepared; not if it was taken back."""
    rows = SessionPreparation.objects.select_related(
        "client", "session__coach__user", "session__client"
    ).filter(pk=message.subject_id, session__starts_at__gt=timezone.now())
    asked: SessionPreparation | None = rows.exclude(response__sent_at=None).first()
    if asked is None or asked.session.is_cancelled or asked.session.coach.ended_at is not None:
        return None
    practice = acting_practice()
    context = {
        "practice": practice,
        "client": asked.client,
        "meets_at": asked.session.starts_at,
        "url": page_address("coach:preparation", practice, pk=asked.session_id),
    }
    letter = _to_coach("preparation_sent", asked.session.coach, context)
    return delivery_of(letter, practice, message)


def _to_coach(name: str, coach: Membership, context: dict[str, object]) -> Letter:
    return Letter(
        name=f"tracking/{name}",
        reader=reader_of(coach.user),
        reason=_("Sent because you coach at %(practice)s."),
        context=context,
    )


def _address(asked: AskedQuestionnaire, practice: Practice) -> str:
    """In the portal for whoever has one, else a link of their own."""
    if has_portal(asked.client):
        return page_address("portal:questionnaire", practice, pk=asked.pk)
    return create_link(
        purpose=_PURPOSE,
        subject_id=asked.pk,
        now=timezone.now(),
        valid_for=LINK_VALID_FOR,
        recipient=address_of(asked.client),
    )
