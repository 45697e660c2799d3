"""Which mails a session causes, as rows of the outbox in the caller's transaction."""

from datetime import datetime
from typing import Final

from coachops.outbox.queue import FIRST, enqueue
from scheduling.models import Session
from scheduling.queries.reminders import ReminderRules, reminder_rules
from scheduling.services.calendar_copies import plan_copies
from scheduling.services.reminders import Recipient, plan_for_coach, remind, withdraw_plans
from scheduling.services.sponsor_notices import BOOKED, CHANGED, remind_sponsors, tell_others
from scheduling.services.sponsor_notices import CANCELLED as OFF
from scheduling.services.sponsor_notices import MOVED as SHIFTED

CONFIRMED: Final = "scheduling.confirmed"
MOVED: Final = "scheduling.moved"
CANCELLED: Final = "scheduling.cancelled"
REMINDER: Final = "scheduling.reminder"
BOOKER: Final = "booker"
COACH: Final = "coach"
SECOND: Final = "second"
_TOLD_TO_OTHERS: Final = {CONFIRMED: BOOKED, MOVED: SHIFTED, CANCELLED: OFF}


def tell_both(*, kind: str, session: Session, now: datetime, others: bool = True) -> None:
    """One mail with its calendar revision to the booker and one to each coach, at once.

    The sponsor's side of a three-way and a client's own assistant hear of it as well, and the
    coach's own calendar follows; `others` is False where it is known that there are none of these.
    """
    if others:
        plan_copies(session=session, now=now)
        tell_others(session=session, why=_TOLD_TO_OTHERS.get(kind, CHANGED), now=now)
    for reader in _readers_of(session):
        enqueue(
            kind=kind,
            key=f"booking:{session.pk}:{session.calendar_sequence}:{reader}",
            due_at=now,
            subject_id=session.pk,
            payload={"reader": reader, "sequence": session.calendar_sequence},
            priority=FIRST,
        )


def _readers_of(session: Session) -> tuple[str, ...]:
    is_led_by_two = session.second_coach_id is not None
    return (BOOKER, COACH, SECOND) if is_led_by_two else (BOOKER, COACH)


def plan_reminders(*, session: Session, now: datetime, rules: ReminderRules | None = None) -> None:
    """What the booker and the coach hear before and after; a moved session's old rows go."""
    withdraw_reminders(session=session)
    plan_first_reminders(session=session, now=now, rules=rules)


def plan_first_reminders(
    *, session: Session, now: datetime, rules: ReminderRules | None = None
) -> None:
    """The same for a session of which nothing has been planned yet."""
    rules = rules or reminder_rules()
    booker = Recipient(
        kind=REMINDER,
        subject_id=session.pk,
        time_zone=session.booker_time_zone,
        sequence=session.calendar_sequence,
        payload={"reader": BOOKER},
    )
    remind(session=session, recipient=booker, now=now, rules=rules)
    remind_sponsors(session=session, now=now, rules=rules)
    plan_for_coach(session=session, now=now, rules=rules)


def withdraw_reminders(*, session: Session) -> None:
    """Everything that was planned around the session, for whomever."""
    withdraw_plans(session_id=session.pk)
