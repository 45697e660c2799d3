"""Reminders planned anew, after the practice or an offering has changed how it reminds."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from coachops.outbox.queue import withdraw
from coachops.outbox.registry import ClaimedMessage
from scheduling.models import Seat, Session
from scheduling.queries.reminders import ReminderRules, reminder_rules
from scheduling.services import group_notices, notices
from scheduling.services.reminders import ASK_AFTER, ask_to_replan, plan_for_coach

BATCH: Final = 200


def prepare_replan(message: ClaimedMessage) -> None:
    """One batch in the message's own transaction; a full one asks for the next."""
    now, rules = timezone.now(), reminder_rules()
    offering_id, after = message.payload["offering"], message.payload["after"]
    if offering_id is None and after is None:
        withdraw(key_prefix="preparation:")
    rows = Session.objects.booked().filter(ends_at__gt=now - ASK_AFTER)
    if offering_id is not None:
        rows = rows.filter(offering_id=offering_id)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    batch = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    for session in _locked(batch):
        _plan(session, rules, now)
    if len(batch) == BATCH:
        ask_to_replan(now=now, offering_id=offering_id, after=batch[-1])


def _locked(session_ids: list[UUID]) -> Iterable[Session]:
    """Those that are still booked, each as it is once nobody else is changing it."""
    rows = Session.objects.booked().filter(pk__in=session_ids).select_related("offering")
    return rows.order_by("pk").select_for_update(of=("self",), no_key=True)  # type: ignore[no-any-return]


def _plan(session: Session, rules: ReminderRules, now: datetime) -> None:
    if session.capacity == 1:
        notices.plan_reminders(session=session, now=now, rules=rules)
        return
    group_notices.withdraw_reminders(session_id=session.pk)
    plan_for_coach(session=session, now=now, rules=rules)
    for seat in Seat.objects.taken().filter(session=session, part=Seat.Part.PARTICIPANT):
        group_notices.plan_reminders(session=session, seat=seat, now=now, rules=rules)
