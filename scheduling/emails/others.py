"""What the sponsor's side of a three-way and a client's assistant read: when, where, with whom."""

from dataclasses import replace
from functools import partial
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Delegation
from coachops.mail.message import Invitation as CalendarPart
from coachops.mail.message import Reader, render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Practice
from coachops.practices.queries.members import reply_address
from coachops.tenancy.scope import current_practice_id
from coachops.web.clocks import city
from scheduling.emails.sessions import FINDING_COACH, second_of
from scheduling.invitations import Invitation, times_in_words, write_invitation
from scheduling.models import Seat, Session
from scheduling.queries import facts
from scheduling.queries.replies import organizer_of

SEAT_PEOPLE: Final = (
    "session__offering",
    "session__client",
    "session__coach__user",
    "sponsor_contact__membership__user",
)


def prepare_three_way(message: ClaimedMessage) -> Delivery | None:
    """Booked, moved, cancelled or soon, in the revision that holds now; with the invitation."""
    seat = Seat.objects.select_related(*SEAT_PEOPLE).filter(pk=message.subject_id).first()
    if seat is None or seat.sponsor_contact is None or seat.state != Seat.State.BOOKED:
        return None
    session, why, now = seat.session, message.payload["why"], timezone.now()
    if seat.sponsor_contact.access_ended_at is not None or session.ends_at <= now:
        return None
    if session.calendar_sequence != message.payload["sequence"]:
        return None  # a later revision has its own mail
    if session.is_cancelled != (why == "cancelled") or (why == "soon" and session.starts_at <= now):
        return None
    without = facts.is_without_coach(session)
    practice = Practice.objects.get(pk=current_practice_id())
    reader = _reader_of_seat(seat, practice)
    with translation.override(reader.language), timezone.override(reader.time_zone):
        context = {
            **_when_and_where(session, reader),
            "why": why,
            "hello": seat.name.split()[0],
            "client": facts.booker_name(session),
            "title": session.offering.name,
        }
        if seat.sponsor_contact.membership_id is not None:
            path = reverse("sponsor:three_way", args=[practice.slug, session.pk])
            context["page_url"] = absolute(path)
        invitation = sponsor_invitation(seat)
        reason = _("Sent because you take part in a meeting at %(practice)s.")
    mail = render_mail(
        name=FINDING_COACH if without else "scheduling/three_way",
        context=context,
        reader=reader,
        sender=sender_of(practice, reply_to=reply_address(session.coach)),
        reason=reason % {"practice": practice.name},
        calendar=None
        if why == "soon" or without
        else CalendarPart(method=invitation.method, content=write_invitation(invitation).decode()),
    )
    return partial(send_mail, mail, message_id=message.id)


def prepare_dates_copy(message: ClaimedMessage) -> Delivery | None:
    """A client's assistant is told the dates, for as long as the client wants it."""
    delegation = (
        Delegation.objects.select_related("client", "membership__user")
        .filter(pk=message.payload["delegation"], ended_on=None, gets_mail=True)
        .first()
    )
    people = ("offering", "client", "coach__user")
    session = Session.objects.select_related(*people).filter(pk=message.subject_id).first()
    if delegation is None or session is None or session.client_id != delegation.client_id:
        return None
    why = message.payload["why"]
    is_off = session.is_cancelled != (why == "cancelled") or facts.is_without_coach(session)
    if is_off or session.calendar_sequence != message.payload["sequence"]:
        return None
    practice = Practice.objects.get(pk=current_practice_id())
    reader = reader_of(delegation.membership.user)
    client = delegation.client
    with translation.override(reader.language), timezone.override(reader.time_zone):
        path = reverse("portal:delegate_sessions", args=[practice.slug, client.pk])
        context = {
            **_when_and_where(session, reader),
            "why": why,
            "hello": delegation.membership.name.split()[0],
            "client": client.name,
            "title": client.session_title,
            "page_url": absolute(path),
        }
        reason = _("Sent because you look after somebody’s dates at %(practice)s.")
    mail = render_mail(
        name="scheduling/dates_copy",
        context=context,
        reader=reader,
        sender=sender_of(practice),
        reason=reason % {"practice": practice.name},
    )
    return partial(send_mail, mail, message_id=message.id)


def sponsor_invitation(seat: Seat) -> Invitation:
    """The session's present revision for one sponsor: nobody but coaches and reader in it."""
    session = seat.session
    joins = facts.way_in(session)
    return Invitation(
        uid=session.calendar_uid,
        sequence=session.calendar_sequence,
        stamped_at=session.revised_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=session.offering.name,
        description=times_in_words(
            session.starts_at,
            session.ends_at,
            zones=[seat.time_zone, session.coach_time_zone],
            write_day=lambda day: date_format(day, "j F Y"),
        ),
        organizer_name=session.coach.name,
        organizer_email=organizer_of(session),
        coach_name=session.coach.name,
        coach_email=session.coach.user.email,
        **second_of(session),
        attendee_name=seat.name,
        attendee_email=_address(seat),
        location=joins or facts.where_in_words(session),
        cancelled=session.is_cancelled,
    )


def _address(seat: Seat) -> str:
    member = seat.sponsor_contact.membership if seat.sponsor_contact else None
    return member.user.email if member else seat.email


def _reader_of_seat(seat: Seat, practice: Practice) -> Reader:
    member = seat.sponsor_contact.membership if seat.sponsor_contact else None
    if member is None:
        return Reader(seat.email, practice.language, seat.time_zone)
    return replace(reader_of(member.user), time_zone=seat.time_zone)


def _when_and_where(session: Session, reader: Reader) -> dict[str, Any]:
    return {
        "session": session,
        "coach": facts.coach_names(session),
        "zone_city": city(reader.time_zone),
        "clocks_differ": False,
        "place": facts.where_in_words(session),
        "join_url": facts.way_in(session),
        "to_coach": False,
        "free_until": None,
        "left": None,
    }
