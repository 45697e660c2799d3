"""Reminders, the evening before and the question afterwards: rows of the outbox, planned ahead.

Every key carries the calendar revision, so a session that moves is reminded of anew and nothing is
sent twice. What is planned is looked at again when it is sent.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from coachops.audit.record import record
from coachops.outbox.queue import Payload, enqueue, withdraw
from coachops.tenancy.models import uuid7
from scheduling.models import ReminderPolicy, Session
from scheduling.policies.reminders import due_times
from scheduling.queries.reminders import ReminderRules, reminder_rules

PREPARATION: Final = "scheduling.preparation"
OUTCOME_QUESTION: Final = "scheduling.outcome_question"
REPLAN: Final = "scheduling.replan_reminders"

ASK_AFTER: Final = timedelta(minutes=15)
ASK_NO_LATER: Final = timedelta(days=7)
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is reminded of a session: on whose clock, in which revision, by which row.

    `subject_id` is what the mail of that kind is about: the session, or a place in it. `key` tells
    several recipients of one session apart and ends in a colon; empty for the booker.
    """

    kind: str
    subject_id: UUID
    time_zone: str
    sequence: int
    key: str = ""
    payload: Payload = field(default_factory=dict)


def remind(
    *, session: Session, recipient: Recipient, now: datetime, rules: ReminderRules | None = None
) -> None:
    """One row for each reminder that is still ahead of this person. Needs the offering.

    What was planned before is the caller's to withdraw.
    """
    rules = rules or reminder_rules()
    times = due_times(
        starts_at=session.starts_at,
        leads=rules.leads_of(session.offering),
        zone=ZoneInfo(recipient.time_zone),
        quiet=rules.quiet,
        now=now,
    )
    for minutes, due_at in times:
        enqueue(
            kind=recipient.kind,
            key=f"reminder:{session.pk}:{recipient.key}{minutes}:{recipient.sequence}",
            due_at=due_at,
            subject_id=recipient.subject_id,
            payload={**recipient.payload, "starts_at": session.starts_at.isoformat()},
            not_after=session.starts_at,
        )


def plan_for_coach(*, session: Session, now: datetime, rules: ReminderRules | None = None) -> None:
    """The mail about each coach's day, and the question what became of the session."""
    rules = rules or reminder_rules()
    _plan_preparation(session, session.coach_id, session.coach_time_zone, rules, now)
    if session.second_coach_id is not None:
        zone = session.second_coach.user.time_zone
        _plan_preparation(session, session.second_coach_id, zone, rules, now)
    if rules.asks_outcome:
        enqueue(
            kind=OUTCOME_QUESTION,
            key=f"reminder:{session.pk}:outcome:{session.calendar_sequence}",
            due_at=session.ends_at + ASK_AFTER,
            subject_id=session.pk,
            not_after=session.ends_at + ASK_NO_LATER,
        )


def _plan_preparation(
    session: Session, coach_id: UUID, clock: str, rules: ReminderRules, now: datetime
) -> None:
    """One row for each day of a coach, at the evening before, whatever is booked on that day.

    Nothing for what is booked after that evening's mail: its confirmation says all.
    """
    if rules.prepares_at is None:
        return
    zone = ZoneInfo(clock)
    day = session.starts_at.astimezone(zone).date()
    due_at = datetime.combine(day - ONE_DAY, rules.prepares_at, zone)
    if due_at <= now:
        return
    enqueue(
        kind=PREPARATION,
        key=f"preparation:{coach_id}:{day.isoformat()}",
        due_at=due_at,
        subject_id=coach_id,
        payload={"day": day.isoformat(), "zone": clock},
        not_after=datetime.combine(day, rules.prepares_at.min, zone),
    )


def withdraw_plans(*, session_id: UUID, key: str = "") -> None:
    """Take back what waits: of one recipient, or everything about a session."""
    withdraw(key_prefix=f"reminder:{session_id}:{key}")


@transaction.atomic
def save_reminder_policy(*, now: datetime, **values: Any) -> ReminderPolicy:
    """Set how the practice reminds, and plan anew what is booked already.

    `values` are fields of ReminderPolicy. Saving what holds already changes nothing.
    """
    policy: ReminderPolicy = ReminderPolicy.objects.select_for_update().first() or ReminderPolicy()
    changed = sorted(name for name, value in values.items() if getattr(policy, name) != value)
    if not changed:
        return policy
    for name in changed:
        setattr(policy, name, values[name])
    policy.save()
    record(event="reminders.changed", subject=policy, now=now, facts={"fields": changed})
    ask_to_replan(now=now)
    return policy


def ask_to_replan(
    *, now: datetime, offering_id: UUID | None = None, after: UUID | None = None
) -> None:
    """Have a worker plan the reminders of booked sessions anew, all or those of one offering."""
    enqueue(
        kind=REPLAN,
        key=f"replan:{uuid7()}",
        due_at=now,
        payload={
            "offering": str(offering_id) if offering_id else None,
            "after": str(after) if after else None,
        },
    )
