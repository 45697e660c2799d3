"""Loading is the access check: whoever may not, gets the same 404."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from clients.access import (
    client_for_member,
    clients_for_member,
    coached_client_ids,
    own_client,
)
from clients.models import Client, ContentRead
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.roles import Role
from coachops.retention.models import (
    AccessRequest,
    BreakGlass,
    BreakGlassConsent,
    Erasure,
    NotesDecision,
    SecondPerson,
)
from coachops.tenancy.scope import BREAK_GLASS, current_scope, scope


def client_for_owner(request: PracticeRequest, pk: UUID) -> Client:
    """Any client but the owner themself. Raises 404."""
    if Role.OWNER not in request.membership.roles:
        raise Http404
    return client_for_member(request, pk)


def planned_erasure(request: PracticeRequest, pk: UUID) -> Erasure:
    """A plan that still stands, of a client the owner may see. Raises 404."""
    plans = Erasure.objects.select_related("client", "planned_by").filter(
        pk=pk,
        state=Erasure.State.PLANNED,
        client__in=clients_for_member(request).values("pk"),
    )
    return found_or_404(Erasure, plans)


def done_erasure(_request: PracticeRequest, pk: UUID) -> Erasure:
    """A receipt; it names nobody. Raises 404."""
    done = Erasure.objects.select_related("planned_by").filter(pk=pk, state=Erasure.State.DONE)
    return found_or_404(Erasure, done)


def requests_for_member(request: PracticeRequest) -> QuerySet[AccessRequest]:
    """Of clients whose logistics the member may see; what became of erased ones is the owner's."""
    visible = AccessRequest.objects.select_related("client", "handler").filter(
        client__in=clients_for_member(request).values("pk")
    )
    if Role.OWNER in request.membership.roles:
        visible |= AccessRequest.objects.select_related("client", "handler").filter(client=None)
    return visible  # type: ignore[no-any-return]


def request_for_desk(request: PracticeRequest, pk: UUID) -> AccessRequest:
    """For whoever looks after the client's papers: owners and assistants. Raises 404."""
    if not {Role.OWNER, Role.ASSISTANT} & set(request.membership.roles):
        raise Http404
    return found_or_404(AccessRequest, requests_for_member(request).filter(pk=pk))


def own_decisions(request: PracticeRequest) -> QuerySet[NotesDecision]:
    """What the acting author is asked about their own notes, also on clients of before."""
    return (  # type: ignore[no-any-return]
        NotesDecision.objects.select_related("request__client", "author")
        .filter(
            author=request.membership,
            decision=NotesDecision.Decision.WAITING,
            request__state=AccessRequest.State.OPEN,
        )
        .order_by("request__due_on", "pk")
    )


def own_decision(request: PracticeRequest, pk: UUID) -> NotesDecision:
    """The one about this request. Raises 404."""
    if Role.COACH not in request.membership.roles:
        raise Http404
    return found_or_404(NotesDecision, own_decisions(request).filter(request_id=pk))


def own_request(request: PracticeRequest, pk: UUID) -> AccessRequest:
    """The signed-in client's own. Raises 404."""
    client = own_client(request)
    return found_or_404(AccessRequest, AccessRequest.objects.filter(pk=pk, client=client))


def own_opening(request: PracticeRequest, pk: UUID) -> BreakGlass:
    """Somebody's request to open the signed-in client's records. Raises 404.

    Not while the law holds the notice back; what was read then stands in who looked.
    """
    client = own_client(request)
    told = BreakGlass.objects.select_related("reader", "client", "coach__user").filter(
        pk=pk, client=client, notice_at__lte=timezone.now()
    )
    return found_or_404(BreakGlass, told)


def openings_for_second(request: PracticeRequest) -> QuerySet[BreakGlass]:
    """What waits for the acting member as the independent person. Raises 404 for others."""
    person = SecondPerson.objects.filter(member=request.membership, ended_at=None)
    if not person.exists():
        raise Http404
    given = BreakGlassConsent.objects.values("request_id")
    return (  # type: ignore[no-any-return]
        BreakGlass.objects.select_related("reader", "client", "coach__user")
        .filter(ended_at=None)
        .exclude(pk__in=given)
        .exclude(reader=request.membership)
        .exclude(coach=request.membership)
        .exclude(
            pk__in=BreakGlass.objects.filter(client__membership__user=request.user).values("pk")
        )
        .filter(asked_of=BreakGlass.Asked.SECOND)
        .order_by("-asked_at")
    )


def own_question(request: PracticeRequest, pk: UUID) -> BreakGlass:
    """What the acting member asked to open. Raises 404."""
    asked = BreakGlass.objects.select_related("client", "coach", "reader").filter(
        pk=pk, reader=request.membership
    )
    return found_or_404(BreakGlass, asked)


@contextmanager
def through_broken_glass(request: PracticeRequest, asked: BreakGlass) -> Iterator[None]:
    """Read shared material on somebody's consent. The read is written down first, always."""
    record_read(
        client_id=asked.client_id,
        reader_id=request.membership.pk,
        kind=ContentKind.OPENED,
        now=timezone.now(),
    )
    acting = current_scope()
    if acting is None:
        raise Http404
    with scope(replace(acting, roles=acting.roles | {BREAK_GLASS})):
        yield


def reads_for_member(request: PracticeRequest) -> QuerySet[ContentRead]:
    """The access ledger: owners practice-wide, coaches of their own clients; never of oneself."""
    reads = ContentRead.objects.select_related("reader", "client")
    if Role.OWNER in request.membership.roles:
        reads = reads.filter(client__in=clients_for_member(request).values("pk"))
    else:
        reads = reads.filter(client__in=coached_client_ids(request))
    return reads.order_by("-first_read_at", "-pk")  # type: ignore[no-any-return]
