"""Loading a client or an engagement is the access check: whoever may not, gets the same 404.

Content opens by assignment, as the table in `coachops.practices.policies` says.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable, RawSQL
from django.http import Http404, HttpRequest
from django.utils import timezone

from clients.access.speaking import spoken_for
from clients.models import (
    Client,
    ClientKey,
    CoachAssignment,
    ContactUnit,
    Engagement,
    EngagementStakeholder,
    SponsorContact,
)
from clients.queries.clients import assigned_coaches
from clients.queries.oneself import own_records
from clients.queries.safes import Safe, open_key, open_wrapped, wrapped_key
from clients.services.disclosure import Evidence
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import Membership
from coachops.practices.policies import Data, Viewer, may_read
from coachops.practices.queries import assisted_coach_ids
from coachops.practices.roles import Audience, Role

MOST_COACHES = 200
NOTHING_MORE: Mapping[str, Combinable] = MappingProxyType({})

# Whom a coach coaches on a day: words that every page of a coach asks with, so they stand ready.
_ASSIGNED: Final = """
SELECT assigned.client_id FROM clients_coachassignment assigned
WHERE assigned.practice_id = %s AND assigned.coach_id = %s AND assigned.started_on <= %s
  AND (assigned.ended_on IS NULL OR assigned.ended_on >= %s)
"""
# For whom of the clients of a query this coach may open what was said.
_KEY: Final = f"""(
SELECT key.wrapped FROM clients_clientkey key
WHERE key.practice_id = clients_client.practice_id AND key.client_id = clients_client.id
  AND key.client_id IN ({_ASSIGNED}))"""  # noqa: S608 -- our own words


def today_in(request: PracticeRequest) -> date:
    """Today's date on the practice's own calendar."""
    return timezone.localdate(timezone=request.practice.zone)


def coached_client_ids(request: PracticeRequest) -> QuerySet[CoachAssignment]:
    """The clients that the acting member coaches today, as ids for a sub-select; never themself."""
    current = CoachAssignment.objects.current(today_in(request))
    mine = current.filter(coach=request.membership).values("client_id")
    return mine.exclude(client__in=own_records())  # type: ignore[no-any-return]


def _coached_on(request: PracticeRequest, today: date) -> list[UUID | date]:
    """The values of `_ASSIGNED` for the acting member."""
    return [request.practice.pk, request.membership.pk, today, today]


def _assisted_clients(request: PracticeRequest) -> Q:
    """Clients of the coaches whom the acting assistant works for."""
    today = today_in(request)
    coach_ids = assisted_coach_ids(request.membership, today)
    if coach_ids is None:
        return Q(pk__isnull=False)
    clients = CoachAssignment.objects.current(today).filter(coach_id__in=coach_ids)
    return Q(pk__in=clients.values("client_id"))


def clients_for_member(request: PracticeRequest) -> QuerySet[Client]:
    """Clients whose contact and logistics the member may see; their content is another matter.

    Somebody who works here and is also a client finds their own record in the portal alone.
    """
    roles = request.membership.roles
    clients: QuerySet[Client] = Client.objects.exclude(pk__in=own_records())
    if Role.OWNER in roles:
        return clients
    visible = Q(pk__in=[])
    if Role.COACH in roles:
        mine = _coached_on(request, today_in(request))
        visible |= Q(pk__in=RawSQL(_ASSIGNED, mine))  # noqa: S611 -- values apart
    if Role.ASSISTANT in roles:
        visible |= _assisted_clients(request)
    return clients.filter(visible)


def client_for_member(request: PracticeRequest, pk: UUID) -> Client:
    """A client whose logistics the member may see. Raises 404."""
    return found_or_404(Client, clients_for_member(request).filter(pk=pk))


def person_for_member(request: PracticeRequest, pk: UUID) -> Client:
    """The same, but no team: what is done with a person, or between two. Raises 404."""
    people = clients_for_member(request).filter(kind=Client.Kind.PERSON)
    return found_or_404(Client, people.filter(pk=pk))


def client_to_close(request: PracticeRequest, pk: UUID) -> Client:
    """A client whose portal the member may close: a coach's own, any for owners. Raises 404."""
    clients = clients_for_member(request).filter(pk=pk)
    if Role.OWNER not in request.membership.roles:
        clients = clients.filter(pk__in=coached_client_ids(request))
    return found_or_404(Client, clients)


def client_for_coach(request: PracticeRequest, pk: UUID) -> Client:
    """A client whom the member coaches: content may be opened. Raises 404."""
    if not _opens_content(request, is_coached=True):
        raise Http404
    return found_or_404(Client, Client.objects.filter(pk=pk, pk__in=coached_client_ids(request)))


def standing(request: PracticeRequest, *, is_coached: bool) -> frozenset[Viewer]:
    """How the acting member stands to a client, in the words of the who-sees-what table."""
    roles = request.membership.roles
    viewers = set()
    if Role.OWNER in roles:
        viewers.add(Viewer.OWNER)
    if Role.ASSISTANT in roles:
        viewers.add(Viewer.ASSISTANT)
    if Role.COACH in roles:
        viewers.add(Viewer.ASSIGNED_COACH if is_coached else Viewer.OTHER_COACH)
    return frozenset(viewers)


def _opens_content(request: PracticeRequest, *, is_coached: bool) -> bool:
    """Whether the table hands the key to what coach and client keep between them."""
    return may_read(Data.SUMMARIES, standing(request, is_coached=is_coached))


def coaches_of_member(request: PracticeRequest) -> list[UUID]:
    """The coaches whose work the member looks after: their own, those they assist, or (an owner
    who does not coach) everybody's. At most two queries."""
    roles = request.membership.roles
    if Role.COACH in roles:
        return [request.membership.pk]
    today = today_in(request)
    coaches = _coaches(request)
    if Role.OWNER in roles:
        return list(coaches.values_list("pk", flat=True))
    if Role.ASSISTANT not in roles:
        return []
    coach_ids = assisted_coach_ids(request.membership, today)
    if coach_ids is not None:
        coaches = coaches.filter(pk__in=coach_ids)
    return list(coaches.values_list("pk", flat=True))


def safe_for_coach(request: PracticeRequest, client_id: UUID) -> Safe | None:
    """The key to a client's content, if the member coaches them today. One query for both."""
    if Role.COACH not in request.membership.roles:
        return None
    keys = ClientKey.objects.filter(client_id=client_id, client__in=coached_client_ids(request))
    key = keys.first()
    if key is None or not _opens_content(request, is_coached=True):
        return None
    return open_key(key)


def client_with_safe(
    request: PracticeRequest, pk: UUID, also: Mapping[str, Combinable] = NOTHING_MORE
) -> tuple[Client, Safe | None]:
    """A client whose logistics the member may see, with the key if they coach them. One query.

    `also`: what the page wants to know besides, by the name of the attribute. Raises 404.
    """
    clients = clients_for_member(request).filter(pk=pk).annotate(**also)
    if Role.COACH not in request.membership.roles:
        return found_or_404(Client, clients), None
    # Their own record is not among `clients`, so the assignment alone decides about the key.
    key = RawSQL(_KEY, _coached_on(request, today_in(request)))  # noqa: S611 -- values apart
    client = found_or_404(Client, clients.annotate(wrapped_key=key))
    wrapped = client.wrapped_key  # type: ignore[attr-defined]
    if wrapped is None or not _opens_content(request, is_coached=True):
        return client, None
    return client, open_wrapped(wrapped, client.pk)


def own_client_with_safe(
    request: PracticeRequest, also: Mapping[str, Combinable] = NOTHING_MORE
) -> tuple[Client, Safe]:
    """The signed-in client's record and key, and what the page wants besides. One query.

    Raises 404.
    """
    clients = Client.objects.filter(membership=request.membership).annotate(**also)
    client = found_or_404(Client, clients.annotate(wrapped_key=wrapped_key("pk")))
    wrapped = client.wrapped_key  # type: ignore[attr-defined]
    if wrapped is None:
        raise Http404
    return client, open_wrapped(wrapped, client.pk)


def own_client(request: PracticeRequest) -> Client:
    """The record of the client who is signed in to the portal. Raises 404."""
    return found_or_404(Client, Client.objects.filter(membership=request.membership))


def engagement_for_member(request: PracticeRequest, pk: UUID) -> Engagement:
    """An engagement whose facts the member may see. Raises 404."""
    clients = clients_for_member(request).values("pk")
    return found_or_404(
        Engagement, Engagement.objects.select_related("client").filter(pk=pk, client__in=clients)
    )


def engagement_for_coach(request: PracticeRequest, pk: UUID) -> Engagement:
    """An engagement of a client whom the member coaches. Raises 404."""
    if Role.COACH not in request.membership.roles:
        raise Http404
    clients = coached_client_ids(request)
    return found_or_404(
        Engagement, Engagement.objects.select_related("client").filter(pk=pk, client__in=clients)
    )


def own_engagement(request: PracticeRequest, pk: UUID) -> Engagement:
    """An engagement of the signed-in client, or of a team they speak for. Raises 404."""
    rows = Engagement.objects.select_related("client").filter(spoken_for(request), pk=pk)
    return found_or_404(Engagement, rows)


def engagements_for_sponsor(request: PracticeRequest) -> QuerySet[Engagement]:
    """HR: every engagement of the company, or of the units they are limited to. A line manager: the
    linked ones. Nobody: their own.

    A contact who is also a client is excluded from everything about themself.
    """
    contacts = SponsorContact.objects.filter(membership=request.membership, access_ended_at=None)
    hr = contacts.filter(kind=SponsorContact.Kind.SPONSOR)
    limited = ContactUnit.objects.filter(contact__in=hr.values("pk"))
    companies = hr.exclude(pk__in=limited.values("contact_id")).values("organisation_id")
    # Who is limited to units sees nothing of others, not even what they once signed.
    linked = EngagementStakeholder.objects.filter(contact__in=contacts.values("pk")).exclude(
        contact__in=limited.values("contact_id")
    )
    return (  # type: ignore[no-any-return]
        Engagement.objects.select_related("client", "sponsor_organisation", "unit")
        .filter(
            Q(sponsor_organisation__in=companies)
            | Q(unit__in=limited.values("unit_id"))
            | Q(pk__in=linked.values("engagement_id")),
            payer=Engagement.Payer.SPONSOR,
        )
        .exclude(client__in=own_records())
    )


def assignable_coaches(request: PracticeRequest) -> list[Membership]:
    """Whom the acting member may name as a new client's coach: a coach themself, owners anybody,
    assistants the coaches they work for. The acting member comes first.
    """
    me = request.membership
    coaches = _coaches(request)
    if Role.OWNER not in me.roles:
        assisted = assisted_coach_ids(me, today_in(request))
        if assisted is not None:
            coaches = coaches.filter(pk__in=[me.pk, *assisted])
    found = list(coaches.order_by("name", "id")[:MOST_COACHES])
    return sorted(found, key=lambda coach: coach.pk != me.pk)


def addable_coaches(request: PracticeRequest, client: Client) -> list[Membership]:
    """Whom the acting member may add to a client's coaches: owners and present coaches anybody but
    themself, an owner themself only where nobody else coaches. At most two queries.
    """
    present = {each.pk for each in assigned_coaches(client, today_in(request))}
    me = request.membership
    if Role.OWNER not in me.roles and me.pk not in present:
        return []
    taken = present | {me.pk} if present else present
    return list(_coaches(request).exclude(pk__in=taken).order_by("name", "id")[:MOST_COACHES])


def endable_coaches(request: PracticeRequest, client: Client) -> list[Membership]:
    """Whose coaching of a client the acting member may end: owners anybody's, others their own."""
    me = request.membership
    return [
        coach
        for coach in assigned_coaches(client, today_in(request))
        if Role.OWNER in me.roles or coach.pk == me.pk
    ]


def _coaches(request: PracticeRequest) -> QuerySet[Membership]:
    return (
        Membership.objects.active()
        .select_related("practice", "user")
        .filter(practice=request.practice, audience=Audience.STAFF, roles__contains=[Role.COACH])
    )


def sponsored(engagement: Engagement) -> Engagement:
    """The same engagement. Raises 404 where the client pays: there is no sponsor step then."""
    if not engagement.is_sponsored:
        raise Http404
    return engagement


def evidence_of(request: HttpRequest) -> Evidence:
    """Where a signature comes from; the address as seen through the trusted proxies."""
    return Evidence(
        address=get_adapter().get_client_ip(request),
        user_agent=request.headers.get("User-Agent", ""),
    )
