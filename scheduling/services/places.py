"""A client's places in group sessions, and on rosters, when their coaching ends."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from clients.models import Client, Engagement
from coachops.outbox.queue import FIRST, enqueue
from coachops.practices.models import Membership
from scheduling.models import CohortMember, Seat
from scheduling.policies import CancelledBy
from scheduling.queries.coming import coming_places
from scheduling.queries.seats import is_client_of, lock_engagements
from scheduling.services.claims import lock_sessions
from scheduling.services.cohorts import leave_roster, lock_cohort
from scheduling.services.rosters import give_up_places

LEAVE_ROSTERS: Final = "scheduling.leave_rosters"


def free_places(*, engagement: Engagement, now: datetime) -> int:
    """Give up what the client has in coming group sessions, at no cost; how many places that were.

    They leave the rosters of those cohorts too, and whoever waits moves up. Needs the locks of all
    coaches that the caller will need, in the caller's transaction.
    """
    series = {seat.session.series_id for seat in coming_places(engagement, now)}
    members = CohortMember.objects.filter(client_id=engagement.client_id)
    _leave(members.filter(cohort__series__in=series - {None}), now)
    lock_sessions([seat.session_id for seat in coming_places(engagement, now)])
    held = coming_places(engagement, now)
    # With the engagement itself, which ends next: in the order of everybody's.
    lock_engagements([seat.session for seat in held], [engagement.client_id])
    booked = sum(seat.state == Seat.State.BOOKED for seat in held)
    give_up_places(seats=held, left_by=CancelledBy.COACH, now=now)
    return booked


def lock_rosters_of(client_id: UUID) -> None:
    """The cohorts in which the client is; between the locks of coaches and of sessions."""
    members = CohortMember.objects.current().filter(client_id=client_id)
    for cohort_id in sorted(members.values_list("cohort_id", flat=True)):
        lock_cohort(cohort_id)


def leave_all_rosters(*, client: Client, now: datetime) -> None:
    """Whoever is archived is in no cohort any more. Their places are the caller's to give up."""
    _leave(CohortMember.objects.filter(client=client), now)


def plan_leaving_rosters(*, client: Client, coach: Membership, now: datetime) -> None:
    """Soon, in a transaction of its own: whoever ends a coaching holds the client's row already."""
    enqueue(
        kind=LEAVE_ROSTERS,
        key=f"leave-rosters:{client.pk}:{coach.pk}:{now.isoformat()}",
        due_at=now,
        subject_id=client.pk,
        payload={"coach": str(coach.pk)},
        priority=FIRST,
    )


@transaction.atomic
def leave_rosters_of(*, client_id: UUID, coach_id: UUID, now: datetime) -> None:
    """Off the rosters of a coach who does not coach them any more.

    Places in dates that are planned stay theirs until somebody gives them up.
    """
    if is_client_of(client_id, coach_id, now):
        return
    members = CohortMember.objects.filter(client_id=client_id)
    _leave(members.filter(cohort__series__coach_id=coach_id), now)


def _leave(members: "QuerySet[CohortMember]", now: datetime) -> None:
    """The rosters on which one client still is."""
    for member in members.filter(left_at=None).order_by("cohort_id"):
        leave_roster(
            cohort_id=member.cohort_id,
            client_id=member.client_id,
            left_by=CancelledBy.COACH,
            now=now,
        )
