"""What the mails about a group session say: to each person about their own place, nobody else's.

An invitation lists the organizer, the coach and its reader (RFC 5546, 3.2.2 lets each attendee
have an object of their own), under one UID for all and with the reader's own sequence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coachops.mail.message import Invitation as CalendarPart
from coachops.mail.message import Reader, render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Membership, Practice, SignedLink
from coachops.practices.queries.members import reply_address
from coachops.practices.services.links import create_link
from coachops.tenancy.scope import current_practice_id
from coachops.web.clocks import city
from scheduling.emails.sessions import FINDING_COACH, for_second, second_of
from scheduling.invitations import Invitation, times_in_words, write_invitation
from scheduling.models import Offering, Seat, Session
from scheduling.purposes import SEAT_LINK, SEAT_MOVE_LINK
from scheduling.queries import facts
from scheduling.queries.groups import places_in_words
from scheduling.queries.guest_groups import other_dates
from scheduling.queries.replies import organizer_of
from scheduling.queries.seats import seat_standing_of

LINKS_KEPT: Final = 12
_PEOPLE: Final = (
    "session__offering",
    "session__coach__user",
    "client__membership__user",
    "engagement",
)


@dataclass(frozen=True, slots=True)
class _Letter:
    """One place, one reader. Without a seat it goes to one of the coaches."""

    session: Session
    practice: Practice
    seat: Seat | None = None
    to_second: bool = False

    @property
    def coach(self) -> Membership:
        return self.session.second_coach if self.to_second else self.session.coach  # type: ignore[no-any-return]

    @property
    def reader(self) -> Reader:
        """On the clock of the place, or of the coach's hours."""
        seat = self.seat
        if seat is None:
            known = reader_of(self.coach.user)
            own = known.time_zone if self.to_second else self.session.coach_time_zone
            return Reader(known.address, known.language, own)
        membership = seat.client.membership if seat.client else None
        if membership is None:
            return Reader(seat.email, self.practice.language, seat.time_zone)
        known = reader_of(membership.user)
        return Reader(known.address, known.language, seat.time_zone)


def prepare_group_place(message: ClaimedMessage) -> Delivery | None:
    """You have a place, or it has another time: METHOD:REQUEST in the reader's own revision."""
    return _prepare_seat(message, "scheduling/group_place", Seat.State.BOOKED, calendar=True)


def prepare_group_off(message: ClaimedMessage) -> Delivery | None:
    """The place is gone: METHOD:CANCEL for whoever had it, for nobody else.

    Somebody who only waited has nothing in the calendar to take out.
    """
    waited = message.payload["why"] == "moved"
    return _prepare_seat(message, "scheduling/group_off", Seat.State.CANCELLED, calendar=not waited)


def prepare_group_waiting(message: ClaimedMessage) -> Delivery | None:
    """You are on the waiting list; nothing is booked, so there is no invitation."""
    return _prepare_seat(message, "scheduling/group_waiting", Seat.State.WAITING, calendar=False)


def prepare_group_reminder(message: ClaimedMessage) -> Delivery | None:
    """It is soon. Nothing for a place that was given up, or a session that moved or has begun."""
    seat = _seat(message)
    if seat is None or seat.state != Seat.State.BOOKED or seat.session.is_cancelled:
        return None
    starts_at = seat.session.starts_at
    if starts_at <= timezone.now():
        return None
    if starts_at != datetime.fromisoformat(message.payload["starts_at"]):
        return None
    if facts.is_without_coach(seat.session):
        return _deliver(message, _letter(seat), FINDING_COACH, calendar=False)
    return _deliver(message, _letter(seat), "scheduling/group_reminder", calendar=False)


def prepare_group_make_up(message: ClaimedMessage) -> Delivery | None:
    """A missed session can be made up on another date, until that has been done."""
    seat = _seat(message)
    if seat is None or Seat.objects.filter(makes_up_for=seat).exists():
        return None
    return _deliver(message, _letter(seat), "scheduling/group_make_up", calendar=False)


def prepare_group_coach(message: ClaimedMessage) -> Delivery | None:
    """The session in the coach's own calendar; who takes part stands on its page alone."""
    people = ("offering", "coach__user")
    session = Session.objects.select_related(*people).filter(pk=message.subject_id).first()
    to_second = message.payload.get("reader") == "second"
    if session is None or (to_second and session.second_coach_id is None):
        return None
    practice = Practice.objects.get(pk=current_practice_id())
    letter = _Letter(session, practice, to_second=to_second)
    if letter.coach.ended_at is not None or session.ends_at <= timezone.now():
        return None
    if session.calendar_sequence != message.payload["sequence"]:
        return None
    return _deliver(message, letter, "scheduling/group_coach", calendar=True)


def seat_invitation(seat: Seat) -> Invitation:
    """The place's present revision, in the active language: when, where, the coach, the reader."""
    session = seat.session
    client = seat.client
    member = client.membership if client else None
    return _invitation(
        session,
        sequence=seat.calendar_sequence,
        stamped_at=seat.revised_at,
        summary=client.session_title if client else session.offering.name,
        zones=[seat.time_zone, session.coach_time_zone],
        attendee_name=seat.name,
        attendee_email=member.user.email if member else seat.email,
        cancelled=seat.state == Seat.State.CANCELLED,
    )


def coach_invitation(session: Session) -> Invitation:
    """The session as it stands in the calendar of whoever holds it."""
    return _invitation(
        session,
        sequence=session.calendar_sequence,
        stamped_at=session.revised_at,
        summary=session.offering.name,
        zones=[session.coach_time_zone],
        attendee_name=session.coach.name,
        attendee_email=session.coach.user.email,
        cancelled=session.is_cancelled,
    )


def _invitation(session: Session, *, zones: list[str], **own: Any) -> Invitation:
    joins = facts.way_in(session)
    return Invitation(
        uid=session.calendar_uid,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        description=times_in_words(
            session.starts_at,
            session.ends_at,
            zones=zones,
            write_day=lambda day: date_format(day, "j F Y"),
        ),
        organizer_name=session.coach.name,
        organizer_email=organizer_of(session),
        coach_name=session.coach.name,
        coach_email=session.coach.user.email,
        **second_of(session),
        location=joins or facts.where_in_words(session),
        **own,
    )


def _prepare_seat(
    message: ClaimedMessage, template: str, state: Seat.State, *, calendar: bool
) -> Delivery | None:
    """Unless the place has changed since, or the session is over: then there is another mail."""
    seat = _seat(message)
    if seat is None or seat.state != state or seat.session.ends_at <= timezone.now():
        return None
    if seat.calendar_sequence != message.payload["sequence"]:
        return None
    if state == Seat.State.BOOKED and facts.is_without_coach(seat.session):
        return _deliver(message, _letter(seat), FINDING_COACH, calendar=False)
    return _deliver(message, _letter(seat), template, calendar=calendar)


def _seat(message: ClaimedMessage) -> Seat | None:
    rows = Seat.objects.select_related(*_PEOPLE)
    return rows.filter(pk=message.subject_id).first()  # type: ignore[no-any-return]


def _letter(seat: Seat) -> _Letter:
    return _Letter(seat.session, Practice.objects.get(pk=current_practice_id()), seat)


def _deliver(
    message: ClaimedMessage, letter: _Letter, template: str, *, calendar: bool
) -> Delivery:
    reader = letter.reader
    with translation.override(reader.language), timezone.override(reader.time_zone):
        context = {**_context(letter, message), **_addresses(letter)}
        reason = _("Sent because you take part in group sessions at %(practice)s.")
        if letter.seat is None:
            reason = _("Sent because this meeting is in your calendar at %(practice)s.")
        part = _calendar_part(letter) if calendar else None
    answers_to = "" if letter.seat is None else reply_address(letter.session.coach)
    mail = render_mail(
        name=template,
        context=context,
        reader=reader,
        sender=sender_of(letter.practice, reply_to=answers_to),
        reason=reason % {"practice": letter.practice.name},
        calendar=part,
    )
    return partial(send_mail, mail, message_id=message.id)


def _calendar_part(letter: _Letter) -> CalendarPart:
    seat = letter.seat
    invitation = coach_invitation(letter.session) if seat is None else seat_invitation(seat)
    if letter.to_second:
        invitation = for_second(invitation, letter.session)
    return CalendarPart(method=invitation.method, content=write_invitation(invitation).decode())


def _context(letter: _Letter, message: ClaimedMessage) -> Mapping[str, Any]:
    session, seat = letter.session, letter.seat
    zone, other = letter.reader.time_zone, session.coach_time_zone
    coach = session.coach.name.split()[0]
    client = seat.client if seat else None
    free_until = seat_standing_of(session, seat).free_until if seat else session.starts_at
    offsets = {_offset(session.starts_at, each) for each in (zone, other)}
    return {
        "session": session,
        "why": message.payload.get("why", ""),
        "title": client.session_title if client else session.offering.name,
        "to_coach": seat is None,
        "hello": _first_name(seat) if seat else letter.coach.name.split()[0],
        "other": facts.coach_names(session),
        "other_first_name": coach,
        "together_with": _together_with(letter),
        "coach_first_name": coach,
        "zone_city": city(zone),
        "other_zone": other,
        "other_city": city(other),
        "clocks_differ": len(offsets) > 1,
        "place": facts.where_in_words(session),
        "join_url": facts.way_in(session),
        "places": places_in_words(session.taken, session.capacity),
        "free_until": free_until if seat and free_until > timezone.now() else None,
        "forfeits": _costs(seat) and session.offering.late_cancellation_forfeits,
        "counted": _costs(seat) and seat is not None and seat.outcome == "late_cancel",
        "left": None,
    }


def _together_with(letter: _Letter) -> str:
    """The other coach, for each of two."""
    session = letter.session
    if letter.seat is not None or session.second_coach_id is None:
        return ""
    return str(session.coach.name if letter.to_second else session.second_coach.name)


def _first_name(seat: Seat) -> str:
    return str(seat.client.first_name if seat.client else seat.name.split()[0])


def _costs(seat: Seat | None) -> bool:
    return seat is not None and seat.engagement_id is not None and seat.makes_up_for_id is None


def _offset(moment: datetime, zone: str) -> object:
    return moment.astimezone(ZoneInfo(zone)).utcoffset()


def _addresses(letter: _Letter) -> dict[str, str]:
    """Where the reader sees it, and gives the place up without signing in."""
    session, seat, slug = letter.session, letter.seat, letter.practice.slug
    if seat is None:
        name = "coach:session_together" if letter.to_second else "coach:group"
        return {"page_url": absolute(reverse(name, args=[slug, session.pk]))}
    has_portal = seat.client is not None and seat.client.membership_id is not None
    found: dict[str, str] = {}
    if has_portal:
        found["page_url"] = absolute(reverse("portal:group", args=[slug, session.pk]))
        if seat.asks_client and seat.state == Seat.State.BOOKED:
            found["asks_url"] = absolute(reverse("portal:group_answers", args=[slug, session.pk]))
        found["again_url"] = absolute(reverse("portal:groups", args=[slug]))
    elif session.offering.bookers == Offering.Bookers.ANYBODY:
        found["again_url"] = absolute(reverse("book", args=[slug, session.offering.slug]))
    address = letter.reader.address
    if seat.state != Seat.State.CANCELLED and session.starts_at > timezone.now():
        found["cancel_url"] = _signed(SEAT_LINK, seat, address)
    if seat.state == Seat.State.BOOKED and other_dates(seat, timezone.now()).exists():
        found["move_url"] = _signed(SEAT_MOVE_LINK, seat, address)
    return found


def _signed(purpose: str, seat: Seat, recipient: str) -> str:
    """An address that does one thing with the place until the session starts."""
    now = timezone.now()
    address = create_link(
        purpose=purpose,
        subject_id=seat.pk,
        now=now,
        valid_for=seat.session.starts_at - now,
        recipient=recipient,
    )
    links = SignedLink.objects.filter(subject_id=seat.pk, purpose=purpose)
    kept = links.order_by("-created_at", "-pk").values("pk")[:LINKS_KEPT]
    links.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return address
