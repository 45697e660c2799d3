"""Which mails a group session causes: one to each person, with that person's own revision."""

from datetime import datetime
from typing import Final
from uuid import UUID

from coachops.outbox.queue import FIRST, enqueue, together
from scheduling.models import CohortMember, Seat, Session
from scheduling.queries.reminders import ReminderRules
from scheduling.services.calendar_copies import plan_copies
from scheduling.services.reminders import Recipient, plan_for_coach, remind, withdraw_plans

GROUP_PLACE: Final = "scheduling.group_place"
GROUP_OFF: Final = "scheduling.group_off"
GROUP_WAITING: Final = "scheduling.group_waiting"
GROUP_REMINDER: Final = "scheduling.group_reminder"
GROUP_MAKE_UP: Final = "scheduling.group_make_up"
GROUP_COACH: Final = "scheduling.group_coach"
COHORT_JOINED: Final = "scheduling.cohort_joined"

# Why a place is in, or out of, somebody's calendar.
BOOKED: Final = "booked"
PROMOTED: Final = "promoted"
MOVED: Final = "moved"
LEFT: Final = "left"
REMOVED: Final = "removed"
CANCELLED: Final = "cancelled"
MISSED: Final = "missed"


def tell_seat(*, kind: str, seat: Seat, why: str, now: datetime) -> None:
    """One mail to this person alone; the others hear nothing of it."""
    enqueue(
        kind=kind,
        key=f"seat:{seat.pk}:{seat.calendar_sequence}:{why}",
        due_at=now,
        subject_id=seat.pk,
        payload={"sequence": seat.calendar_sequence, "why": why},
        priority=FIRST,
    )


def tell_member(*, member: CohortMember, now: datetime) -> None:
    """One mail with all dates; the mail about each of them carries its invitation."""
    enqueue(
        kind=COHORT_JOINED,
        key=f"cohort:{member.pk}:{member.joined_at.isoformat()}",
        due_at=now,
        subject_id=member.pk,
        priority=FIRST,
    )


def tell_coach(*, session: Session, why: str, now: datetime) -> None:
    """The revision of whoever holds it, raised only when the session itself changes.

    With it goes what the coach hears the evening before and afterwards, and the coach's own
    calendar follows.
    """
    with together():
        plan_copies(session=session, now=now)
        withdraw_plans(session_id=session.pk, key="outcome:")
        if not session.is_cancelled:
            plan_for_coach(session=session, now=now)
        enqueue(
            kind=GROUP_COACH,
            key=f"booking:{session.pk}:{session.calendar_sequence}:coach",
            due_at=now,
            subject_id=session.pk,
            payload={"sequence": session.calendar_sequence, "why": why},
            priority=FIRST,
        )
        if session.second_coach_id is not None:
            enqueue(
                kind=GROUP_COACH,
                key=f"booking:{session.pk}:{session.calendar_sequence}:second",
                due_at=now,
                subject_id=session.pk,
                payload={"sequence": session.calendar_sequence, "why": why, "reader": "second"},
                priority=FIRST,
            )


def plan_reminders(
    *, session: Session, seat: Seat, now: datetime, rules: ReminderRules | None = None
) -> None:
    """One row for each reminder that is still ahead of this person's place."""
    withdraw_reminders(session_id=session.pk, seat=seat)
    remind_of_place(session=session, seat=seat, now=now, rules=rules)


def remind_of_place(
    *, session: Session, seat: Seat, now: datetime, rules: ReminderRules | None = None
) -> None:
    """The same for a place about which nothing was planned before."""
    participant = Recipient(
        kind=GROUP_REMINDER,
        subject_id=seat.pk,
        time_zone=seat.time_zone,
        sequence=seat.calendar_sequence,
        key=f"{seat.pk}:",
    )
    remind(session=session, recipient=participant, now=now, rules=rules)


def withdraw_reminders(*, session_id: UUID, seat: Seat | None = None) -> None:
    """Of one place, or of everybody."""
    withdraw_plans(session_id=session_id, key=f"{seat.pk}:" if seat else "")
