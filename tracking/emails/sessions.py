"""Mails around a session: prepare it, it was prepared, its summary is there. Never a word of it."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.emails.people import Letter, acting_practice, delivery_of, page_address
from clients.queries.clients import has_portal
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import reader_of
from coachops.practices.queries.members import reply_address
from scheduling.models import Session
from scheduling.queries.facts import is_without_coach
from tracking.models import SessionPreparation


def prepare_preparation(message: ClaimedMessage) -> Delivery | None:
    """Asks the client about a session; not once it was answered, moved into the past or called off.

    Nothing for somebody who cannot sign in, nor while the practice is finding out who leads it.
    """
    asked: SessionPreparation | None = (
        SessionPreparation.objects.select_related(
            "session__coach__user", "client__membership__user", "response"
        )
        .filter(pk=message.subject_id, response__sent_at=None)
        .first()
    )
    if asked is None or not has_portal(asked.client):
        return None
    session: Session = asked.session
    if session.state != Session.State.BOOKED or session.starts_at <= timezone.now():
        return None
    if is_without_coach(session):
        return None
    practice = acting_practice()
    letter = Letter(
        name="tracking/preparation",
        reader=reader_of(asked.client.membership.user),
        reply_to=reply_address(session.coach),
        reason=_("Sent because you have a session at %(practice)s."),
        context={
            "coach": session.coach,
            "client": asked.client,
            "meets_at": session.starts_at,
            "url": page_address("portal:preparation", practice, pk=session.pk),
        },
    )
    return delivery_of(letter, practice, message)


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
    letter = Letter(
        name="tracking/preparation_sent",
        reader=reader_of(asked.session.coach.user),
        reason=_("Sent because you coach at %(practice)s."),
        context=context,
    )
    return delivery_of(letter, practice, message)


def prepare_summary_shared(message: ClaimedMessage) -> Delivery | None:
    """To the client: there is something to read. Nothing for somebody who cannot sign in."""
    session: Session | None = (
        Session.objects.select_related("client__membership__user", "coach__user")
        .filter(pk=message.subject_id)
        .first()
    )
    if session is None or session.client is None or not has_portal(session.client):
        return None
    practice = acting_practice()
    letter = Letter(
        name="tracking/summary_shared",
        reader=reader_of(session.client.membership.user),
        reply_to=reply_address(session.coach),
        reason=_("Sent because you are coached at %(practice)s."),
        context={
            "coach": session.coach,
            "client": session.client,
            "met_at": session.starts_at,
            "url": page_address("portal:summaries", practice),
        },
    )
    return delivery_of(letter, practice, message)
