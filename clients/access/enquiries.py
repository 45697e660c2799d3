"""Loading enquiries: owners all, coaches their own, assistants their coaches' and nobody's."""

from uuid import UUID

from django.db.models import Q, QuerySet

from clients.access.clients import today_in
from clients.models import Enquiry
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.queries import assisted_coach_ids
from coachops.practices.roles import Role


def enquiries_for_member(request: PracticeRequest) -> QuerySet[Enquiry]:
    """What the member may answer. Somebody who works here does not read their own enquiry."""
    rows: QuerySet[Enquiry] = Enquiry.objects.exclude(email=request.user.email.lower())
    roles = request.membership.roles
    if Role.OWNER in roles:
        return rows
    visible = Q(pk__in=[])
    if Role.COACH in roles:
        visible |= Q(coach=request.membership)
    if Role.ASSISTANT in roles:
        coach_ids = assisted_coach_ids(request.membership, today_in(request))
        if coach_ids is None:
            return rows
        visible |= Q(coach__in=coach_ids) | Q(coach=None)
    return rows.filter(visible)


def enquiry_for_member(request: PracticeRequest, pk: UUID) -> Enquiry:
    """Raises 404."""
    people = ("coach", "referrer_contact__organisation", "referrer_member")
    return found_or_404(
        Enquiry, enquiries_for_member(request).select_related(*people).filter(pk=pk)
    )
