"""How the practice reminds, and what calendars answered: most said yes, one said no."""

from datetime import datetime, time
from typing import Final

from coachops.demo.world.cast import World, scope_of
from coachops.tenancy.scope import scope
from scheduling.invitations import Answer, CalendarReply
from scheduling.models import Session
from scheduling.queries.facts import booker_email
from scheduling.services.reminders import save_reminder_policy
from scheduling.services.replies import take_reply

ANSWERS: Final = (
    Answer.ACCEPTED,
    Answer.ACCEPTED,
    Answer.DECLINED,
    Answer.TENTATIVE,
    Answer.ACCEPTED,
)


def add_answers(world: World, now: datetime) -> None:
    """The owner's policy, and answers to Maya's coming sessions."""
    coach = world.coaches["maya"]
    with scope(scope_of(coach)):
        save_reminder_policy(
            now=now,
            minutes_before=[2880, 120],
            quiet_from=time(21),
            quiet_until=time(7),
        )
        rows = Session.objects.upcoming(now).filter(coach=coach, capacity=1)
        people = ("client__membership__user", "offering")
        coming = rows.exclude(client=None).select_related(*people)[: len(ANSWERS)]
        for session, answer in zip(coming, ANSWERS, strict=False):
            _answer(session, answer, now)


def _answer(session: Session, answer: Answer, now: datetime) -> None:
    email = booker_email(session).lower()
    reply = CalendarReply(
        method="REPLY",
        sender=email,
        attendee=email,
        answer=answer,
        uid=session.calendar_uid,
        sequence=session.calendar_sequence,
        sent_to=(),
    )
    take_reply(reply=reply, session_id=session.pk, now=now)
