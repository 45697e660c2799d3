"""A coach's schedules: loading is the access check."""

from uuid import UUID

from django.http import Http404

from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import Membership
from scheduling.access.sessions import coaches_for_member
from scheduling.models import Schedule


def schedule_of_coach(coach: Membership, chosen: str = "") -> Schedule | None:
    """The schedule that the address names, else the coach's first, if there is one.

    Raises 404 for one that is not this coach's.
    """
    rows = Schedule.objects.filter(coach=coach).order_by("pk")
    found: Schedule | None
    if not chosen:
        found = rows.first()
        return found
    try:
        found = rows.filter(pk=UUID(chosen)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def schedule_for_member(request: PracticeRequest, pk: UUID) -> Schedule:
    """A schedule, with its coach, of somebody whom the member looks after. Raises 404."""
    coaches = [coach.pk for coach in coaches_for_member(request)]
    rows = Schedule.objects.select_related("coach")
    return found_or_404(Schedule, rows.filter(pk=pk, coach_id__in=coaches))
