"""Loading a client or an engagement is the access check: whoever may not, gets the same 404.

Content opens by assignment, as the table in `coachops.practices.policies` says.
"""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from clients.models import (
    Client,
    CoachAssignment,
    Engagement,
    EngagementStakeholder,
    SponsorContact,
)
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import AssistantAssignment
from coachops.practices.policies import Viewer
from coachops.practices.roles import Role


def today_in(request: PracticeRequest) -> date:
    """Today's date on the practice's own calendar."""
    return timezone.localdate(timezone=request.practice.zone)


def coached_client_ids(request: PracticeRequest) -> QuerySet[CoachAssignment]:
    """The clients that the acting member coaches today, as ids for a sub-select."""
    return (  # type: ignore[no-any-return]
        CoachAssignment.objects.current(today_in(request))
        .filter(coach=request.membership)
        .values("client_id")
    )


def _assisted_clients(request: PracticeRequest) -> Q:
    """Clients of the coaches whom the acting assistant works for."""
    today = today_in(request)
    assignments = AssistantAssignment.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=today),
        assistant=request.membership,
        started_on__lte=today,
    ).values_list("coach_id", flat=True)
    coach_ids = list(assignments)
    if None in coach_ids:
        return Q()
    clients = CoachAssignment.objects.current(today).filter(coach_id__in=coach_ids)
    return Q(pk__in=clients.values("client_id"))


def clients_for_member(request: PracticeRequest) -> QuerySet[Client]:
    """Clients whose contact and logistics the member may see; their content is another matter."""
    roles = request.membership.roles
    if Role.OWNER in roles:
        return Client.objects.all()  # type: ignore[no-any-return]
    visible = Q(pk__in=[])
    if Role.COACH in roles:
        visible |= Q(pk__in=coached_client_ids(request))
    if Role.ASSISTANT in roles:
        visible |= _assisted_clients(request)
    return Client.objects.filter(visible)  # type: ignore[no-any-return]


def client_for_member(request: PracticeRequest, pk: UUID) -> Client:
    """A client whose logistics the member may see. Raises 404."""
    return _one(clients_for_member(request).filter(pk=pk))


def client_for_coach(request: PracticeRequest, pk: UUID) -> Client:
    """A client whom the member coaches: content may be opened. Raises 404."""
    if Role.COACH not in request.membership.roles:
        raise Http404
    return _one(Client.objects.filter(pk=pk, pk__in=coached_client_ids(request)))


def viewers_of(request: PracticeRequest, client: Client) -> frozenset[Viewer]:
    """How the acting member stands to a client whom they may see at all. One query for coaches."""
    roles = request.membership.roles
    viewers = set()
    if Role.OWNER in roles:
        viewers.add(Viewer.OWNER)
    if Role.ASSISTANT in roles:
        viewers.add(Viewer.ASSISTANT)
    if Role.COACH in roles:
        assigned = coached_client_ids(request).filter(client=client).exists()
        viewers.add(Viewer.ASSIGNED_COACH if assigned else Viewer.OTHER_COACH)
    return frozenset(viewers)


def own_client(request: PracticeRequest) -> Client:
    """The record of the client who is signed in to the portal. Raises 404."""
    return _one(Client.objects.filter(membership=request.membership))


def engagement_for_member(request: PracticeRequest, pk: UUID) -> Engagement:
    """An engagement whose facts the member may see. Raises 404."""
    clients = clients_for_member(request).values("pk")
    return _one(Engagement.objects.select_related("client").filter(pk=pk, client__in=clients))


def engagement_for_coach(request: PracticeRequest, pk: UUID) -> Engagement:
    """An engagement of a client whom the member coaches. Raises 404."""
    if Role.COACH not in request.membership.roles:
        raise Http404
    clients = coached_client_ids(request)
    return _one(Engagement.objects.select_related("client").filter(pk=pk, client__in=clients))


def own_engagement(request: PracticeRequest, pk: UUID) -> Engagement:
    """An engagement of the client who is signed in. Raises 404."""
    return _one(
        Engagement.objects.select_related("client").filter(
            pk=pk, client__membership=request.membership
        )
    )


def engagements_for_sponsor(request: PracticeRequest) -> QuerySet[Engagement]:
    """HR: every engagement of the company. A line manager: the linked ones. Nobody: their own.

    A contact who is also a client is excluded from everything about themself.
    """
    contacts = SponsorContact.objects.filter(membership=request.membership)
    companies = contacts.filter(kind=SponsorContact.Kind.SPONSOR).values("organisation_id")
    linked = EngagementStakeholder.objects.filter(contact__in=contacts.values("pk"))
    return (  # type: ignore[no-any-return]
        Engagement.objects.select_related("client", "sponsor_organisation")
        .filter(
            Q(sponsor_organisation__in=companies) | Q(pk__in=linked.values("engagement_id")),
            payer=Engagement.Payer.SPONSOR,
        )
        .exclude(client__email__iexact=request.user.email)
        .exclude(client__membership__user=request.user)
    )


def engagement_for_sponsor(request: PracticeRequest, pk: UUID) -> Engagement:
    """An engagement that this sponsor contact may see, at whatever level. Raises 404."""
    return _one(engagements_for_sponsor(request).filter(pk=pk))


def _one[M](queryset: QuerySet[M]) -> M:  # type: ignore[type-var]
    found = queryset.first()
    if found is None:
        raise Http404
    return found
