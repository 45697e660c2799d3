"""What a coach is told and asked about their sessions: tomorrow's, the one just over, a no."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coachops.mail.message import render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Membership, Practice
from coachops.practices.services.links import create_link
from coachops.tenancy.scope import current_practice_id
from coachops.web.clocks import city
from scheduling.models import InvitationReply, Seat, Session
from scheduling.purposes import (
    COACH_CANCELLED_LINK,
    HELD_LINK,
    LATE_CANCEL_LINK,
    NO_SHOW_LINK,
)
from scheduling.queries import facts
from scheduling.queries.reminders import reminder_rules, sessions_on
from scheduling.queries.replies import AnswerLine, answers_of
from scheduling.queries.sessions import SessionLine

OUTCOME_LINKS_LAST: Final = timedelta(days=14)
_LINKS: Final = {
    "held_url": HELD_LINK,
    "no_show_url": NO_SHOW_LINK,
    "late_cancel_url": LATE_CANCEL_LINK,
    "coach_cancelled_url": COACH_CANCELLED_LINK,
}


@dataclass(frozen=True, slots=True)
class DayLine:
    """One session of tomorrow, and the page to prepare on."""

    session: SessionLine
    url: str
    answer: str


def prepare_preparation(message: ClaimedMessage) -> Delivery | None:
    """Tomorrow's sessions, each with its page. Nothing for a day without any."""
    if message.subject_id is None or reminder_rules().prepares_at is None:
        return None
    coach = Membership.objects.select_related("user").filter(pk=message.subject_id).first()
    if coach is None or coach.ended_at is not None:
        return None
    day, zone = date.fromisoformat(message.payload["day"]), message.payload["zone"]
    sessions = sessions_on(coach.pk, day, zone)
    if not sessions:
        return None
    practice = Practice.objects.get(pk=current_practice_id())
    answers = answers_of(line.id for line in sessions if not line.is_second)
    lines = [
        DayLine(line, _page_of(line, practice.slug), _declined(answers.get(line.id, ())))
        for line in sessions
    ]
    context = {
        "day": day,
        "lines": lines,
        "page_url": _day_of_calendar(day, practice.slug),
    }
    return _deliver(message, "scheduling/preparation", coach, zone, context)


def prepare_outcome_question(message: ClaimedMessage) -> Delivery | None:
    """What became of it? Each answer is a link of its own; nothing once somebody has said."""
    session = _session(message)
    if session is None or session.state != Session.State.BOOKED or not _is_open(session):
        return None
    if session.ends_at > timezone.now() or not reminder_rules().asks_outcome:
        return None
    slug = Practice.objects.get(pk=current_practice_id()).slug
    context: dict[str, Any] = {
        "session": session,
        "who": facts.booker_name(session),
        "is_group": session.capacity > 1,
    }
    if session.capacity > 1:
        context["page_url"] = absolute(reverse("coach:group", args=[slug, session.pk]))
    else:
        context["page_url"] = absolute(reverse("coach:unconfirmed", args=[slug]))
        context |= {name: _answer_link(session, purpose) for name, purpose in _LINKS.items()}
    return _deliver(
        message, "scheduling/outcome_question", session.coach, session.coach_time_zone, context
    )


def prepare_declined(message: ClaimedMessage) -> Delivery | None:
    """Somebody's calendar said no; it stays booked, and the coach is asked what to do."""
    reply = InvitationReply.objects.filter(pk=message.subject_id, settled_at=None).first()
    if reply is None or reply.sequence != message.payload["sequence"]:
        return None
    session = _sessions().filter(pk=reply.session_id).first()
    if session is None or session.state != Session.State.BOOKED:
        return None
    if session.starts_at <= timezone.now() or session.coach.ended_at is not None:
        return None
    lines = [
        each for each in answers_of([session.pk]).get(session.pk, ()) if each.answer == "declined"
    ]
    line = next((each for each in lines if each.email == reply.email), None)
    if line is None:
        return None
    slug = Practice.objects.get(pk=current_practice_id()).slug
    context = {
        "session": session,
        "who": line.name,
        "page_url": absolute(reverse("coach:session_reply", args=[slug, session.pk])),
    }
    zone = session.coach_time_zone
    return _deliver(
        message, "scheduling/declined", session.coach, zone, context, reply_to=line.email
    )


def _deliver(
    message: ClaimedMessage,
    template: str,
    coach: Membership,
    zone: str,
    context: Mapping[str, Any],
    reply_to: str = "",
) -> Delivery:
    practice = Practice.objects.get(pk=current_practice_id())
    known = reader_of(coach.user)
    reader = type(known)(known.address, known.language, zone)
    with translation.override(reader.language), timezone.override(zone):
        reason = _("Sent because you coach at %(practice)s.")
    mail = render_mail(
        name=template,
        context={"hello": coach.name.split()[0], "zone_city": city(zone), **context},
        reader=reader,
        sender=sender_of(practice, reply_to=reply_to),
        reason=reason % {"practice": practice.name},
    )
    return partial(send_mail, mail, message_id=message.id)


def _session(message: ClaimedMessage) -> Session | None:
    """Unless its coach has left."""
    session: Session | None = _sessions().filter(pk=message.subject_id).first()
    return None if session is None or session.coach.ended_at is not None else session


def _sessions() -> Any:
    people = ("offering", "coach__user", "client__membership__user")
    return Session.objects.select_related(*people)


def _is_open(session: Session) -> bool:
    """Whether nobody has said yet what became of it: of each place, where there are several."""
    if session.capacity == 1:
        return not session.outcome
    seats = Seat.objects.taken().filter(session=session)
    return bool(seats.filter(outcome="", part=Seat.Part.PARTICIPANT).exists())


def _answer_link(session: Session, purpose: str) -> str:
    now: datetime = timezone.now()
    return create_link(
        purpose=purpose,
        subject_id=session.pk,
        now=now,
        valid_for=OUTCOME_LINKS_LAST,
        recipient=session.coach.user.email,
        membership=session.coach,
    )


def _day_of_calendar(day: date, slug: str) -> str:
    return absolute(f"{reverse('coach:calendar', args=[slug])}?view=day&on={day.isoformat()}")


def _page_of(line: SessionLine, slug: str) -> str:
    if line.is_second:
        return absolute(reverse("coach:session_together", args=[slug, line.id]))
    if line.is_group:
        return absolute(reverse("coach:group", args=[slug, line.id]))
    if line.client_id is None:
        return absolute(reverse("coach:calendar", args=[slug]))
    return absolute(reverse("coach:session_prep", args=[slug, line.id]))


def _declined(answers: tuple[AnswerLine, ...]) -> str:
    """Who said no, first names left as they are."""
    return ", ".join(each.name for each in answers if each.answer == "declined")
