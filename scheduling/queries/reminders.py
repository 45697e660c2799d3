"""How the practice reminds, and what a coach is told about a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.models import Offering, ReminderPolicy
from scheduling.policies.reminders import QuietHours
from scheduling.queries.sessions import SessionLine, sessions_of_coach

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """What holds in the practice; `minutes_before` only where an offering says nothing else."""

    minutes_before: tuple[int, ...]
    quiet: QuietHours | None
    prepares_at: time | None
    asks_outcome: bool

    def leads_of(self, offering: Offering) -> Sequence[int]:
        """Minutes before the start."""
        return self.minutes_before if offering.reminders is None else offering.reminders


def reminder_policy() -> ReminderPolicy:
    """The practice's own, or the usual one, which has not been saved. One query."""
    found: ReminderPolicy | None = ReminderPolicy.objects.first()
    return found or ReminderPolicy()


def reminder_rules() -> ReminderRules:
    """The policy as the rules that reminders are planned by. One query."""
    return rules_of(reminder_policy())


def rules_of(policy: ReminderPolicy) -> ReminderRules:
    """What a policy says."""
    quiet = None
    if policy.quiet_from is not None and policy.quiet_until is not None:
        quiet = QuietHours(policy.quiet_from, policy.quiet_until)
    return ReminderRules(
        minutes_before=tuple(policy.minutes_before),
        quiet=quiet,
        prepares_at=policy.preparation_at if policy.sends_preparation else None,
        asks_outcome=policy.asks_outcome,
    )


def sessions_on(coach_id: UUID, day: date, zone: str) -> list[SessionLine]:
    """What a coach has on a day of this zone's calendar, in order of time. One query."""
    begins, ends = (datetime.combine(each, time(), ZoneInfo(zone)) for each in (day, day + DAY))
    return sessions_of_coach(coach_id, begins, ends)
