"""What whoever has a place does alike in the portal and from a mail."""

from datetime import datetime
from uuid import UUID

from clients.models import Client
from scheduling.models import Cohort, Seat
from scheduling.policies import CancelledBy
from scheduling.policies.groups import GroupRefusal, GroupRefused
from scheduling.queries.guest_groups import other_dates
from scheduling.services.cohorts import leave_cohort
from scheduling.services.guest_seats import move_seat


def leave_all_dates(cohort_id: UUID, client: Client, now: datetime) -> int:
    """Out of a cohort with all its coming dates; how many places that were."""
    cohort = Cohort.objects.get(pk=cohort_id)
    return len(leave_cohort(cohort=cohort, client=client, left_by=CancelledBy.CLIENT, now=now))


def try_to_move(seat: Seat, chosen: str, now: datetime) -> Seat:
    """To the date with that id, if it is one of those that are offered. Raises GroupRefused."""
    try:
        offered = other_dates(seat, now).filter(pk=UUID(chosen))
    except ValueError as error:
        raise GroupRefused(GroupRefusal.FULL) from error
    session = offered.select_related("offering", "coach").first()
    if session is None:
        raise GroupRefused(GroupRefusal.FULL)
    return move_seat(seat=seat, to=session, now=now)
