"""Answers to invitations: kept, shown and told to the coach. None of them changes a session."""

import logging
from datetime import datetime
from email.message import Message
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction

from coachops.audit.record import record
from coachops.outbox.queue import FIRST, enqueue
from coachops.tenancy.scope import scope, system_scope
from scheduling.invitations import (
    CalendarReply,
    NotAReply,
    read_organizer_address,
    read_reply,
)
from scheduling.models import InvitationReply, Session
from scheduling.queries.facts import booker_email
from scheduling.queries.replies import Attendee, attendees_of
from scheduling.services.notices import BOOKER
from scheduling.signals import other_mail

DECLINED: Final = "scheduling.declined"
DECLINED_TOGETHER: Final = "scheduling.declined_together"
RESENT: Final = "scheduling.resent"

logger = logging.getLogger(__name__)


class Verdict(StrEnum):
    """What became of a mail to the organizer's address."""

    KEPT = "kept"
    SAME = "the same answer again"
    ASKED_BACK = "a wish that only our pages can fulfil"
    NOT_A_REPLY = "no answer to an invitation"
    ANOTHER_APP_S = "dealt with by somebody else"
    NOT_OURS = "names no session of ours"
    OVER = "cancelled or over"
    STRANGER = "not from somebody who is invited"
    OLD = "answers another revision"

    @property
    def is_dealt_with(self) -> bool:
        """Whether nobody needs to look at the mail any more."""
        return self not in {Verdict.NOT_A_REPLY, Verdict.NOT_OURS}


def take_mail(source: bytes | Message, *, now: datetime) -> Verdict:
    """A mail to the organizer's address, from anybody at all. Called outside of every practice.

    It counts only if its sender is invited, speaks for themselves and answers the revision that
    holds; everything else is passed over in silence, so that nobody learns what is booked.
    """
    try:
        reply = read_reply(source)
    except NotAReply as reason:
        logger.info("mail to the organizer: %s", reason)
        answers = other_mail.send(sender=Session, mail=source)
        is_taken = any(taken for _receiver, taken in answers)
        return Verdict.ANOTHER_APP_S if is_taken else Verdict.NOT_A_REPLY
    places = (read_organizer_address(address) for address in reply.sent_to)
    place = next((found for found in places if found is not None), None)
    if place is None:
        return Verdict.NOT_OURS
    practice_id, session_id = place
    with scope(system_scope(practice_id)):
        verdict = take_reply(reply=reply, session_id=session_id, now=now)
    logger.info("answer to an invitation: %s", verdict)
    return verdict


@transaction.atomic
def take_reply(*, reply: CalendarReply, session_id: UUID, now: datetime) -> Verdict:
    """What a calendar answered about a session of the active practice."""
    session = _session(session_id)
    if session is None or session.calendar_uid != reply.uid:
        return Verdict.NOT_OURS
    if session.state != Session.State.BOOKED or session.ends_at <= now:
        return Verdict.OVER
    invited = (each for each in attendees_of(session) if each.email == reply.sender)
    attendee = next(invited, None)
    if attendee is None or reply.attendee != reply.sender:
        return Verdict.STRANGER
    if reply.sequence != attendee.sequence:
        return Verdict.OLD
    if reply.answer is None:
        return _ask_back(session, attendee, now)
    return _keep(session, attendee, reply.answer, now)


def _session(session_id: UUID) -> Session | None:
    """Locked, so that two answers of one person are kept one after the other."""
    rows = Session.objects.select_for_update(of=("self",), no_key=True)
    people = ("client__membership__user", "offering", "second_coach__user")
    return rows.select_related(*people).filter(pk=session_id).first()  # type: ignore[no-any-return]


def _keep(session: Session, attendee: Attendee, answer: str, now: datetime) -> Verdict:
    kept, is_new = InvitationReply.objects.get_or_create(
        session=session,
        email=attendee.known_as,
        defaults={"answer": answer, "sequence": attendee.sequence, "received_at": now},
    )
    if not is_new:
        if (kept.answer, kept.sequence) == (answer, attendee.sequence):
            return Verdict.SAME
        kept.answer, kept.sequence = answer, attendee.sequence
        kept.received_at, kept.settled_at = now, None
        kept.save()
    record(event="session.answered", subject=session, now=now, facts={"answer": answer})
    if answer == InvitationReply.Answer.DECLINED:
        _tell_of_no(DECLINED, f"declined:{kept.pk}:{kept.sequence}", kept, session, now)
        if session.second_coach_id is not None:
            key = f"declined-together:{kept.pk}:{kept.sequence}"
            _tell_of_no(DECLINED_TOGETHER, key, kept, session, now)
    return Verdict.KEPT


def _tell_of_no(
    kind: str, key: str, kept: InvitationReply, session: Session, now: datetime
) -> None:
    """The coach is asked what happens; whoever leads it too hears that the coach is."""
    enqueue(
        kind=kind,
        key=key,
        due_at=now,
        subject_id=kept.pk,
        payload={"sequence": kept.sequence},
        not_after=session.starts_at,
        priority=FIRST,
    )


def _ask_back(session: Session, attendee: Attendee, now: datetime) -> Verdict:
    """Calendars cannot agree on another time with us: the booker gets the way to do it, once."""
    if session.capacity == 1 and attendee.email == booker_email(session).lower():
        enqueue(
            kind=RESENT,
            key=f"resent:{session.pk}:{session.calendar_sequence}",
            due_at=now,
            subject_id=session.pk,
            payload={"reader": BOOKER, "sequence": session.calendar_sequence},
            not_after=session.starts_at,
        )
    return Verdict.ASKED_BACK


@transaction.atomic
def settle_declined(*, session: Session, now: datetime) -> int:
    """The coach has decided that it stays booked; how many answers that settles."""
    rows = InvitationReply.objects.filter(
        session=session, answer=InvitationReply.Answer.DECLINED, settled_at=None
    )
    settled = int(rows.update(settled_at=now))
    if settled:
        record(event="session.answer_settled", subject=session, now=now)
    return settled
