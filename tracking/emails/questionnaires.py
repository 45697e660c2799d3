"""Mails about questionnaires: please, a reminder, and to the coach: it is here. Never an answer."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.emails.asking import news_of, request_of
from clients.emails.people import acting_practice, page_address
from coachops.outbox.registry import ClaimedMessage, Delivery
from scheduling.models import Session
from tracking.models import AskedQuestionnaire


def prepare_questionnaire(message: ClaimedMessage) -> Delivery | None:
    """Asks the client, or reminds them."""
    asked = _asked(message)
    if asked is None or (asked.is_before and _is_over(asked.session)):
        return None
    return request_of(
        asked,
        message,
        reason=_("Sent because you are coached at %(practice)s."),
        team=asked.team,
        met_at=asked.session.starts_at if asked.session else None,
    )


def prepare_questionnaire_sent(message: ClaimedMessage) -> Delivery | None:
    """Tells a coach that it was answered."""
    asked = _asked(message)
    if asked is None:
        return None
    page = page_address("coach:asked_questionnaire", acting_practice(), pk=asked.pk)
    return news_of(asked, message, page=page)


def _is_over(session: Session) -> bool:
    """Nobody prepares for it any more."""
    return session.starts_at <= timezone.now() or session.state != Session.State.BOOKED


def _asked(message: ClaimedMessage) -> AskedQuestionnaire | None:
    rows = AskedQuestionnaire.objects.select_related(
        "client__membership__user", "response__version", "session", "team"
    )
    found: AskedQuestionnaire | None = rows.filter(pk=message.subject_id).first()
    return found
