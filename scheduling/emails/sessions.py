"""What the mails about a session say. The facts are looked at again when each is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coachops.mail.message import Invitation as CalendarPart
from coachops.mail.message import Mail, Reader, render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Membership, Practice, SignedLink
from coachops.practices.queries.members import reply_address
from coachops.practices.services.links import create_link
from coachops.tenancy.scope import current_practice_id
from coachops.web.clocks import city
from scheduling.invitations import Invitation, times_in_words, write_invitation
from scheduling.models import Session
from scheduling.purposes import CANCEL_LINK, MOVE_LINK
from scheduling.queries import facts
from scheduling.queries.replies import organizer_of
from scheduling.queries.standing import bookable_counts, standing_of
from scheduling.queries.together import booker_for_second

FINDING_COACH: Final = "scheduling/finding_coach"
ASKS_BEFORE: Final = timedelta(days=3)
LINKS_KEPT: Final = 12
"""Live links of one purpose for one session; a mail that is tried again makes new ones."""


@dataclass(frozen=True, slots=True)
class Correspondence:
    """One session, one reader: who writes to whom, in which zone.

    `to_second`: the coach who reads is the one who leads it too.
    """

    session: Session
    practice: Practice
    to_coach: bool
    to_second: bool = False

    @property
    def coach(self) -> Membership:
        """The coach who reads, or whom the booker reads about."""
        return self.session.second_coach if self.to_second else self.session.coach  # type: ignore[no-any-return]

    @property
    def zone(self) -> str:
        session = self.session
        if self.to_second:
            return str(session.second_coach.user.time_zone)
        return session.coach_time_zone if self.to_coach else session.booker_time_zone

    @property
    def other_zone(self) -> str:
        session = self.session
        return session.booker_time_zone if self.to_coach else session.coach_time_zone

    @property
    def reader(self) -> Reader:
        """On the clock that the session was booked by, whatever the reader's own is now."""
        session = self.session
        membership = session.client.membership if session.client else None
        if self.to_coach:
            known = reader_of(self.coach.user)
        elif membership is not None:
            known = reader_of(membership.user)
        else:
            known = Reader(address=facts.booker_email(session), language=self.practice.language)
        return replace(known, time_zone=self.zone)


def prepare_confirmation(message: ClaimedMessage) -> Delivery | None:
    """You are booked: with the first revision of the invitation."""
    return prepare_revision(message, "scheduling/confirmation", wants_booked=True)


def prepare_moved(message: ClaimedMessage) -> Delivery | None:
    """It has another time: the invitation's next revision."""
    return prepare_revision(message, "scheduling/moved", wants_booked=True)


def prepare_cancelled(message: ClaimedMessage) -> Delivery | None:
    """It is off: METHOD:CANCEL takes it out of both calendars."""
    return prepare_revision(message, "scheduling/cancelled", wants_booked=False)


def prepare_resent(message: ClaimedMessage) -> Delivery | None:
    """The reader's calendar asked for another time, or for the event again: here are both ways."""
    return prepare_revision(message, "scheduling/resent", wants_booked=True)


def prepare_reminder(message: ClaimedMessage) -> Delivery | None:
    """It is soon. Nothing for a session that was cancelled, has moved or has begun.

    Whoever booked with a coach who has left is told how it stands instead, and invited nowhere.
    """
    session = _load(message)
    if session is None or session.state != Session.State.BOOKED:
        return None
    if session.starts_at <= timezone.now():
        return None
    if session.starts_at != datetime.fromisoformat(message.payload["starts_at"]):
        return None
    if _finds_out(message, session):
        return _delivery(message, session, FINDING_COACH, with_calendar=False)
    return _delivery(message, session, "scheduling/reminder", with_calendar=False)


def prepare_revision(
    message: ClaimedMessage, template: str, *, wants_booked: bool
) -> Delivery | None:
    """The session's present revision to one of its readers; nothing once there is a later one."""
    session = _load(message)
    if session is None or session.is_cancelled == wants_booked:
        return None
    if session.ends_at <= timezone.now():
        return None  # nobody needs to hear of it any more
    if session.calendar_sequence != message.payload["sequence"]:
        return None  # a later revision has its own mail
    if wants_booked and _finds_out(message, session):
        return _delivery(message, session, FINDING_COACH, with_calendar=False)
    return _delivery(message, session, template, with_calendar=True)


def _finds_out(message: ClaimedMessage, session: Session) -> bool:
    """Whether whoever booked reads that the practice is finding out who leads it, and no more."""
    return facts.is_without_coach(session) and not _is_for_second(message)


def _load(message: ClaimedMessage) -> Session | None:
    """The session, unless its reader is a coach who has left, or leads it no longer."""
    session = load_with_people(message)
    if session is None or (_is_for_coach(message) and session.coach.ended_at is not None):
        return None
    if _is_for_second(message) and (
        session.second_coach_id is None or session.second_coach.ended_at is not None
    ):
        return None
    return session


def load_with_people(message: ClaimedMessage) -> Session | None:
    """The session that the message is about, with everybody whom its mails name."""
    people = ("offering", "coach__user", "client__membership__user", "engagement")
    return Session.objects.select_related(*people).filter(pk=message.subject_id).first()  # type: ignore[no-any-return]


def _is_for_coach(message: ClaimedMessage) -> bool:
    return bool(message.payload["reader"] == "coach")


def _is_for_second(message: ClaimedMessage) -> bool:
    return bool(message.payload["reader"] == "second")


def _delivery(
    message: ClaimedMessage, session: Session, template: str, *, with_calendar: bool
) -> Delivery:
    practice = Practice.objects.get(pk=current_practice_id())
    to_second = _is_for_second(message)
    to_coach = to_second or _is_for_coach(message)
    letter = Correspondence(session, practice, to_coach=to_coach, to_second=to_second)
    mail = _render(letter, template, with_calendar=with_calendar)
    return partial(send_mail, mail, message_id=message.id)


def _render(letter: Correspondence, template: str, *, with_calendar: bool) -> Mail:
    with translation.override(letter.reader.language), timezone.override(letter.zone):
        context = _context(letter)
        calendar = _calendar(letter) if with_calendar else None
        reason = _reason(letter)
    return render_mail(
        name=template,
        context=context,
        reader=letter.reader,
        sender=sender_of(letter.practice, reply_to=_answers_to(letter)),
        reason=reason,
        calendar=calendar,
    )


def _answers_to(letter: Correspondence) -> str:
    """The other person's address; an owner's, once the coach has left."""
    session = letter.session
    if letter.to_coach and not letter.to_second:
        return facts.booker_email(session)
    return reply_address(session.coach)


def _reason(letter: Correspondence) -> str:
    names = {"practice": letter.practice.name}
    if letter.to_coach:
        return _("Sent because this meeting is in your calendar at %(practice)s.") % names
    if letter.session.client is None:
        return _("Sent because you booked at %(practice)s.") % names
    return _("Sent because you have a meeting at %(practice)s.") % names


def _context(letter: Correspondence) -> Mapping[str, Any]:
    session = letter.session
    coach_first_name = session.coach.name.split()[0]
    booker = facts.booker_first_name(session)
    other = booker_for_second(session) if letter.to_second else facts.booker_name(session)
    standing, offering = standing_of(session), session.offering
    joins = facts.way_in(session)
    return {
        "session": session,
        "title": facts.neutral_title(session),
        "to_coach": letter.to_coach,
        "to_second": letter.to_second,
        "hello": letter.coach.name.split()[0] if letter.to_coach else booker,
        "other": other if letter.to_coach else facts.coach_names(session),
        "other_first_name": booker if letter.to_coach else facts.coach_first_names(session),
        "together_with": _together_with(letter),
        "coach_first_name": coach_first_name,
        "by_coach": session.cancelled_by == "coach",
        "zone_city": city(letter.zone),
        "other_zone": letter.other_zone,
        "other_city": city(letter.other_zone),
        "clocks_differ": facts.clocks_differ(session) and not letter.to_second,
        "number_of": _number_of(session),
        "left": _left(session),
        "place": facts.where_in_words(session),
        "join_url": joins,
        "free_until": standing.free_until if standing.free_until > timezone.now() else None,
        "forfeits": offering.late_cancellation_forfeits,
        "counted": session.outcome == "late_cancel" and offering.late_cancellation_forfeits,
        **_addresses(letter),
    }


def _together_with(letter: Correspondence) -> str:
    """The other coach, for each of two."""
    session = letter.session
    if not letter.to_coach or session.second_coach_id is None:
        return ""
    return str(session.coach.name if letter.to_second else session.second_coach.name)


def _number_of(session: Session) -> int | None:
    return session.number if session.engagement_id else None


def _left(session: Session) -> int | None:
    if session.engagement_id is None:
        return None
    return bookable_counts([session.engagement_id]).get(session.engagement_id)


def _addresses(letter: Correspondence) -> dict[str, str]:
    """Where the reader sees, moves and cancels it: by signed link for the booker alone."""
    session, slug = letter.session, letter.practice.slug
    if letter.to_second:
        return {"page_url": _absolute("coach:session_together", slug, session.pk)}
    if letter.to_coach:
        names = {"move": "coach:session_move", "cancel": "coach:session_cancel"}
        found = {f"{key}_url": _absolute(name, slug, session.pk) for key, name in names.items()}
        return {**found, "page_url": _absolute("coach:calendar", slug)}
    client = session.client
    page = ""
    if client is not None and client.membership_id is not None:
        page = _absolute("portal:session", slug, session.pk)
    again = _absolute("portal:book", slug) if page else ""
    asks = _absolute("portal:session_answers", slug, session.pk) if _asks(session, page) else ""
    if session.is_cancelled or session.starts_at <= timezone.now():
        return {"page_url": page, "again_url": again}
    return {
        "page_url": page,
        "again_url": again,
        "asks_url": asks,
        "move_url": _signed(session, MOVE_LINK, letter.reader.address),
        "cancel_url": _signed(session, CANCEL_LINK, letter.reader.address),
    }


def _asks(session: Session, page: str) -> bool:
    """Whether the client is asked something in this mail: on their page, which is for them alone.

    For a series the mail with all its dates does, and each session's own shortly before.
    """
    if not page or not session.asks_client:
        return False
    return session.series_id is None or session.starts_at - timezone.now() < ASKS_BEFORE


def _absolute(name: str, *arguments: object) -> str:
    return absolute(reverse(name, args=arguments))


def _signed(session: Session, purpose: str, recipient: str) -> str:
    """An address that does one thing until the session starts, without signing in."""
    now = timezone.now()
    address = create_link(
        purpose=purpose,
        subject_id=session.pk,
        now=now,
        valid_for=session.starts_at - now,
        recipient=recipient,
    )
    links = SignedLink.objects.filter(subject_id=session.pk, purpose=purpose)
    kept = links.order_by("-created_at", "-pk").values("pk")[:LINKS_KEPT]
    links.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return address


def _calendar(letter: Correspondence) -> CalendarPart:
    invitation = invitation_of(letter.session)
    if letter.to_second:
        invitation = for_second(invitation, letter.session)
    return CalendarPart(method=invitation.method, content=write_invitation(invitation).decode())


def invitation_of(session: Session) -> Invitation:
    """The session's present revision, in the active language; the same for both readers.

    Its title is the client's choice of words and it holds nothing but when, where and who.
    """
    joins = facts.way_in(session)
    words = times_in_words(
        session.starts_at,
        session.ends_at,
        zones=[session.booker_time_zone, session.coach_time_zone],
        write_day=lambda day: date_format(day, "j F Y"),
    )
    return Invitation(
        uid=session.calendar_uid,
        sequence=session.calendar_sequence,
        stamped_at=session.revised_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=facts.neutral_title(session),
        description=words,
        organizer_name=session.coach.name,
        organizer_email=organizer_of(session),
        coach_name=session.coach.name,
        coach_email=session.coach.user.email,
        attendee_name=facts.booker_name(session),
        attendee_email=facts.booker_email(session),
        location=joins or facts.where_in_words(session),
        cancelled=session.is_cancelled,
        **second_of(session),
    )


def second_of(session: Session) -> dict[str, Any]:
    """Whoever leads it too, as every invitation names them."""
    if session.second_coach_id is None:
        return {}
    second = session.second_coach
    return {"second_name": second.name, "second_email": second.user.email}


def for_second(
    invitation: Invitation, session: Session, former: Membership | None = None
) -> Invitation:
    """The same revision for the second coach, who learns no address of the client's.

    Times are on the coaches' clocks. `former` led it too until now.
    """
    second = former or session.second_coach
    words = times_in_words(
        session.starts_at,
        session.ends_at,
        zones=[second.user.time_zone, session.coach_time_zone],
        write_day=lambda day: date_format(day, "j F Y"),
    )
    return replace(
        invitation,
        description=words,
        attendee_name=second.name,
        attendee_email=second.user.email,
    )
