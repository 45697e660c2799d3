"""Loading a cohort is the access check: otherwise the same 404."""

from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from clients.access import own_client, today_in
from clients.models import Client
from clients.queries.oneself import OWN_RECORDS
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.queries.assistants import assisted_coach_ids
from coachops.practices.roles import Role
from scheduling.access.sessions import coaches_for_member
from scheduling.models import Cohort, CohortMember

_PEOPLE = ("series__offering__schedule", "series__coach")
# With oneself on the roster, or with a place on one of its dates.
_ATTENDED: Final = f"""
SELECT member.cohort_id FROM scheduling_cohortmember member
WHERE member.practice_id = %s AND member.client_id IN ({OWN_RECORDS})
UNION ALL
SELECT cohort.id FROM scheduling_cohort cohort
JOIN scheduling_session session
  ON session.practice_id = cohort.practice_id AND session.series_id = cohort.series_id
JOIN scheduling_seat seat
  ON seat.practice_id = session.practice_id AND seat.session_id = session.id
WHERE cohort.practice_id = %s
  AND (lower(seat.email) = lower(%s) OR seat.client_id IN ({OWN_RECORDS}))
"""  # noqa: S608 -- our own words


def cohorts_for_member(request: PracticeRequest) -> QuerySet[Cohort]:
    """Cohorts of the coaches whom the member looks after, also of those who have left.

    Somebody who works here and takes part themself, if only on one date, goes to it by the client's
    door.
    """
    practice_id = request.practice.pk
    values = (practice_id, practice_id, request.user.email)
    attended = RawSQL(_ATTENDED, values)  # noqa: S611 -- no value stands in the words
    rows: QuerySet[Cohort] = Cohort.objects.exclude(pk__in=attended)
    if _sees_all(request):
        return rows
    coaches = [coach.pk for coach in coaches_for_member(request)]
    return rows.filter(series__coach_id__in=coaches)


def cohort_for_member(request: PracticeRequest, pk: UUID) -> Cohort:
    """A cohort whose roster the member may see and change. Raises 404."""
    rows = cohorts_for_member(request).select_related(*_PEOPLE)
    return found_or_404(Cohort, rows.filter(pk=pk))


def client_on_roster(cohort: Cohort, pk: UUID) -> Client:
    """Somebody on the roster, whoever coaches them by now. Raises 404."""
    members = CohortMember.objects.current().filter(cohort=cohort)
    return found_or_404(Client, Client.objects.filter(pk=pk, pk__in=members.values("client_id")))


def own_cohort(request: PracticeRequest, pk: UUID) -> tuple[Cohort, Client]:
    """A cohort on whose roster the portal's client is. Raises 404."""
    client = own_client(request)
    mine = CohortMember.objects.current().filter(client=client, cohort_id=pk)
    rows = Cohort.objects.select_related(*_PEOPLE)
    return found_or_404(Cohort, rows.filter(pk__in=mine.values("cohort_id"))), client


def _sees_all(request: PracticeRequest) -> bool:
    """Owners, and assistants of everybody."""
    roles = request.membership.roles
    if Role.OWNER in roles:
        return True
    is_assistant = Role.ASSISTANT in roles
    return is_assistant and assisted_coach_ids(request.membership, today_in(request)) is None
