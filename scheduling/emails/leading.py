"""Mails about who leads a session: another coach, a second one, or one alone."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coachops.mail.message import Invitation as CalendarPart
from coachops.mail.message import render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Membership, Practice
from coachops.practices.queries.members import reply_address
from coachops.tenancy.scope import current_practice_id
from coachops.web.clocks import city
from scheduling.emails.sessions import (
    for_second,
    invitation_of,
    load_with_people,
    prepare_revision,
)
from scheduling.invitations import Invitation, write_invitation
from scheduling.models import InvitationReply, Session
from scheduling.policies.together import first_name_of
from scheduling.queries import facts
from scheduling.queries.replies import answers_of
from scheduling.queries.together import booker_as_known_to, booker_for_second


def prepare_handed_over(message: ClaimedMessage) -> Delivery | None:
    """It is somebody else's now: the invitation's next revision, at the same time."""
    return prepare_revision(message, "scheduling/handed_over", wants_booked=True)


def prepare_led_alone(message: ClaimedMessage) -> Delivery | None:
    """The second coach has left: the next revision, without them, at the same time."""
    return prepare_revision(message, "scheduling/led_alone", wants_booked=True)


def prepare_led_together(message: ClaimedMessage) -> Delivery | None:
    """Somebody leads it too now: the next revision, with them, at the same time."""
    return prepare_revision(message, "scheduling/led_together", wants_booked=True)


def prepare_given_away(message: ClaimedMessage) -> Delivery | None:
    """To whoever held it until now: METHOD:CANCEL takes it out of their calendar alone."""
    session, former = _former(message)
    if session is None:
        return None
    reader = reader_of(former.user)
    with translation.override(reader.language), timezone.override(reader.time_zone):
        invitation = replace(
            invitation_of(session),
            cancelled=True,
            organizer_name=former.name,
            coach_name=former.name,
            coach_email=former.user.email,
        )
        who = facts.booker_name(session)
    return _to_former(message, "scheduling/given_away", former, session, invitation, who)


def prepare_second_left(message: ClaimedMessage) -> Delivery | None:
    """To whoever led it too until now: the same, with no more of the client than before."""
    session, former = _former(message)
    if session is None:
        return None
    reader = reader_of(former.user)
    with translation.override(reader.language), timezone.override(reader.time_zone):
        theirs = for_second(invitation_of(session), session, former)
        invitation = replace(theirs, cancelled=True, second_name="", second_email="")
        who = booker_as_known_to(former.pk, session)
    return _to_former(message, "scheduling/second_left", former, session, invitation, who)


def prepare_declined_together(message: ClaimedMessage) -> Delivery | None:
    """To the second coach: somebody's calendar said no, or their own; its coach decides."""
    reply = InvitationReply.objects.filter(pk=message.subject_id, settled_at=None).first()
    if reply is None or reply.sequence != message.payload["sequence"]:
        return None
    rows = Session.objects.booked().select_related("offering", "coach", "client")
    session = rows.select_related("second_coach__user").filter(pk=reply.session_id).first()
    if session is None or session.second_coach_id is None or session.starts_at <= timezone.now():
        return None
    second = session.second_coach
    if second.ended_at is not None or reply.answer != InvitationReply.Answer.DECLINED:
        return None
    is_own = reply.email == second.user.email.lower()
    context = {
        "is_own": is_own,
        "coach": session.coach.name,
        "who": "" if is_own else _first_name_of(reply, session),
        "other": booker_for_second(session),
        "page_url": absolute(
            reverse("coach:session_together", args=[_practice().slug, session.pk])
        ),
    }
    return _deliver(message, "scheduling/declined_together", second, session, context)


def _first_name_of(reply: InvitationReply, session: Session) -> str:
    lines = answers_of([session.pk]).get(session.pk, ())
    name = next((line.name for line in lines if line.email == reply.email), "")
    return first_name_of(name) or booker_for_second(session)


def _former(message: ClaimedMessage) -> tuple[Session | None, Membership]:
    """The session, unless they have left the practice, lead it again, or it is over."""
    session = load_with_people(message)
    former = Membership.objects.select_related("user").get(pk=message.payload["former"])
    leading = () if session is None else (session.coach_id, session.second_coach_id)
    if former.ended_at is not None or former.pk in leading:
        return None, former
    if session is not None and session.ends_at <= timezone.now():
        return None, former
    return session, former


def _to_former(
    message: ClaimedMessage,
    template: str,
    former: Membership,
    session: Session,
    invitation: Invitation,
    who: str,
) -> Delivery:
    context = {"other": who, "coach": session.coach.name}
    return _deliver(message, template, former, session, context, invitation)


def _deliver(
    message: ClaimedMessage,
    template: str,
    coach: Membership,
    session: Session,
    context: Mapping[str, Any],
    invitation: Invitation | None = None,
) -> Delivery:
    practice, reader = _practice(), reader_of(coach.user)
    with translation.override(reader.language), timezone.override(reader.time_zone):
        reason = _("Sent because this meeting was in your calendar at %(practice)s.")
        facts_of_all = {
            "session": session,
            "title": facts.neutral_title(session),
            "hello": first_name_of(coach.name),
            "zone_city": city(reader.time_zone),
        }
    mail = render_mail(
        name=template,
        context={**facts_of_all, **context},
        reader=reader,
        sender=sender_of(practice, reply_to=reply_address(session.coach)),
        reason=reason % {"practice": practice.name},
        calendar=_calendar(invitation) if invitation else None,
    )
    return partial(send_mail, mail, message_id=message.id)


def _calendar(invitation: Invitation) -> CalendarPart:
    return CalendarPart(method=invitation.method, content=write_invitation(invitation).decode())


def _practice() -> Practice:
    return Practice.objects.get(pk=current_practice_id())
