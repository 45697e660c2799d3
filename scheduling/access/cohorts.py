"""Loading a cohort is the access check: otherwise the same 404."""

from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from clients.access import own_client, today_in
from clients.models import Client
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.queries.assistants import assisted_coach_ids
from coachops.practices.roles import Role
from scheduling.access.sessions import coaches_for_member
from scheduling.models import Cohort, CohortMember

_PEOPLE = ("series__offering__schedule", "series__coach")
# On the roster, or with a place on one of its dates. An address counts in letters of any size.
_ATTENDED: Final = """
SELECT member.cohort_id FROM scheduling_cohortmember member
JOIN clients_client client
  ON client.practice_id = member.practice_id AND client.id = member.client_id
LEFT JOIN practices_membership own
  ON own.practice_id = client.practice_id AND own.id = client.membership_id
WHERE member.practice_id = %s AND (lower(client.email) = lower(%s) OR own.user_id = %s)
UNION ALL
SELECT cohort.id FROM scheduling_cohort cohort
JOIN scheduling_session session
  ON session.practice_id = cohort.practice_id AND session.series_id = cohort.series_id
JOIN scheduling_seat seat
  ON seat.practice_id = session.practice_id AND seat.session_id = session.id
LEFT JOIN clients_client client
  ON client.practice_id = seat.practice_id AND client.id = seat.client_id
LEFT JOIN practices_membership own
  ON own.practice_id = client.practice_id AND own.id = client.membership_id
WHERE cohort.practice_id = %s AND (lower(seat.email) = lower(%s) OR own.user_id = %s)
"""


def cohorts_for_member(request: PracticeRequest) -> QuerySet[Cohort]:
    """Cohorts of the coaches whom the member looks after, also of those who have left.

    Somebody who works here and takes part themself, if only on one date, goes to it by the client's
    door.
    """
    user, practice_id = request.user, request.practice.pk
    oneself = (practice_id, user.email, user.pk)
    attended = RawSQL(_ATTENDED, (*oneself, *oneself))  # noqa: S611 -- no value in the words
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
