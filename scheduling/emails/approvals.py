"""What the mails about a request say: asked, and how it ended. None carries an invitation."""

from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coachops.mail.message import render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, sender_of
from coachops.practices.models import Practice
from coachops.practices.queries.members import reply_address
from coachops.practices.services.links import create_link
from coachops.tenancy.scope import current_practice_id
from coachops.web.clocks import city
from scheduling.emails.sessions import Correspondence
from scheduling.models import Session
from scheduling.purposes import ANSWER_LINK, CANCEL_LINK
from scheduling.queries import facts


def prepare_requested(message: ClaimedMessage) -> Delivery | None:
    """To the coach: please answer. To the booker: we have asked, and the time is kept."""
    session = _load(message)
    if session is None or not session.is_requested or session.starts_at <= timezone.now():
        return None
    return _delivery(message, session, "scheduling/requested")


def prepare_request_ended(message: ClaimedMessage) -> Delivery | None:
    """It was declined, withdrawn, or nobody answered in time."""
    session = _load(message)
    if session is None or not session.is_cancelled or session.ends_at <= timezone.now():
        return None
    return _delivery(message, session, "scheduling/request_ended")


def _load(message: ClaimedMessage) -> Session | None:
    people = ("offering", "coach__user", "client__membership__user", "engagement")
    rows = Session.objects.select_related(*people)
    session: Session | None = rows.filter(pk=message.subject_id).first()
    to_coach = message.payload["reader"] == "coach"
    if session is None or (to_coach and session.coach.ended_at is not None):
        return None
    return session


def _delivery(message: ClaimedMessage, session: Session, template: str) -> Delivery:
    practice = Practice.objects.get(pk=current_practice_id())
    letter = Correspondence(session, practice, to_coach=message.payload["reader"] == "coach")
    with translation.override(letter.reader.language), timezone.override(letter.zone):
        context = {**_context(letter), **_addresses(letter)}
        reason = _reason(letter)
    booker, coach = facts.booker_email(session), reply_address(session.coach)
    mail = render_mail(
        name=template,
        context=context,
        reader=letter.reader,
        sender=sender_of(practice, reply_to=booker if letter.to_coach else coach),
        reason=reason,
    )
    return partial(send_mail, mail, message_id=message.id)


def _context(letter: Correspondence) -> dict[str, object]:
    session = letter.session
    booker, coach = facts.booker_first_name(session), session.coach.name.split()[0]
    return {
        "session": session,
        "title": facts.neutral_title(session),
        "to_coach": letter.to_coach,
        "hello": coach if letter.to_coach else booker,
        "other": facts.booker_name(session) if letter.to_coach else facts.coach_names(session),
        "other_first_name": booker if letter.to_coach else coach,
        "zone_city": city(letter.zone),
        "other_zone": letter.other_zone,
        "other_city": city(letter.other_zone),
        "clocks_differ": facts.clocks_differ(session),
        "ended_by": session.cancelled_by,
        "place": facts.place_in_words(session.place, ""),
    }


def _reason(letter: Correspondence) -> str:
    names = {"practice": letter.practice.name}
    if letter.to_coach:
        return _("Sent because somebody asked for your time at %(practice)s.") % names
    return _("Sent because you asked for a time at %(practice)s.") % names


def _addresses(letter: Correspondence) -> dict[str, str]:
    """The coach answers by link, signed in or not; the booker can take the request back."""
    session, slug, now = letter.session, letter.practice.slug, timezone.now()
    if letter.to_coach:
        if not session.is_requested:
            return {}
        page = absolute(reverse("coach:booking", args=[slug, session.pk]))
        return {"answer_url": _link(session, ANSWER_LINK, letter, now), "page_url": page}
    if session.is_requested:
        return {"cancel_url": _link(session, CANCEL_LINK, letter, now)}
    client = session.client
    if client is not None and client.membership_id is not None:
        return {"again_url": absolute(reverse("portal:book", args=[slug]))}
    if session.offering.bookers == "anybody" and session.offering.archived_at is None:
        return {"again_url": absolute(reverse("book", args=[slug, session.offering.slug]))}
    return {}


def _link(session: Session, purpose: str, letter: Correspondence, now: datetime) -> str:
    """The coach's own ends with their membership."""
    return create_link(
        purpose=purpose,
        subject_id=session.pk,
        now=now,
        valid_for=session.starts_at - now,
        recipient=letter.reader.address,
        membership=session.coach if letter.to_coach else None,
    )
