"""Loading continuity wills: one's own, one that names the reader, any for owners."""

from uuid import UUID

from django.db.models import Q, QuerySet

from clients.models import ContinuityCase, ContinuityTask, ContinuityWill
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import Membership
from coachops.practices.roles import Audience, Role

_MOST_COLLEAGUES = 200


def _concerning(request: PracticeRequest) -> Q:
    if Role.OWNER in request.membership.roles:
        return Q(pk__isnull=False)
    return Q(named=request.membership)


def wills_to_use(request: PracticeRequest) -> QuerySet[ContinuityWill]:
    """Those that the member may put in force."""
    rows = ContinuityWill.objects.select_related("coach__user", "coach__practice", "named__user")
    return rows.filter(_concerning(request)).exclude(coach=request.membership)  # type: ignore[no-any-return]


def will_to_use(request: PracticeRequest, pk: UUID) -> ContinuityWill:
    """Raises 404."""
    return found_or_404(ContinuityWill, wills_to_use(request).filter(pk=pk))


def own_will(request: PracticeRequest) -> ContinuityWill | None:
    rows = ContinuityWill.objects.select_related("coach__user", "coach__practice", "named")
    found: ContinuityWill | None = rows.filter(coach=request.membership).first()
    return found


def open_cases(request: PracticeRequest) -> QuerySet[ContinuityCase]:
    """What is in force, for the person who is named, for owners, and for the coach who is back."""
    rows = ContinuityCase.objects.select_related("coach__user", "named__user", "began_by")
    concerned = _concerning(request) | Q(coach=request.membership)
    return rows.filter(concerned, ended_at=None)  # type: ignore[no-any-return]


def open_case(request: PracticeRequest, pk: UUID) -> ContinuityCase:
    """Raises 404, also once it is ended."""
    return found_or_404(ContinuityCase, open_cases(request).filter(pk=pk))


def case_to_carry(request: PracticeRequest, pk: UUID) -> ContinuityCase:
    """The same for the person who is named alone: they see how to reach the clients. Raises 404."""
    mine = open_cases(request).filter(pk=pk, named=request.membership)
    return found_or_404(ContinuityCase, mine)


def task_to_settle(request: PracticeRequest, pk: UUID) -> ContinuityTask:
    """Raises 404."""
    rows = ContinuityTask.objects.select_related("client", "case").filter(
        pk=pk, case__named=request.membership, case__ended_at=None
    )
    return found_or_404(ContinuityTask, rows)


def colleagues(request: PracticeRequest) -> list[Membership]:
    """Whom a coach may name. One query."""
    rows = Membership.objects.active().filter(practice=request.practice, audience=Audience.STAFF)
    others = rows.exclude(pk=request.membership.pk).order_by("name", "id")
    return list(others[:_MOST_COLLEAGUES])
