"""The list of clients: who, on which path, with whom, paid by whom, how much is left."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Exists, Func, OuterRef, QuerySet, Value
from django.db.models.functions import Trim

from clients.models import Client, CoachAssignment, Engagement
from clients.queries.clients import CoachFacts, coaches_of
from clients.queries.disclosure import Badge, level_badge
from clients.queries.engagements import EngagementFacts, latest_engagements
from coachops.practices.models import Membership
from coachops.practices.roles import Audience
from coachops.tenancy.scope import current_practice_id
from programs.queries.ledger import Balance, balances
from programs.queries.plan import Journey, journeys

ROWS_A_PAGE = 50


class Filter(StrEnum):
    """Which clients; the first is what opens."""

    CURRENT = "current"
    RUNNING = "running"
    PAUSED = "paused"
    WITHOUT = "without"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Search:
    """What the reader asked for."""

    text: str = ""
    state: str = Filter.CURRENT
    coach_id: UUID | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One line. `badge` is None for people who pay for themselves: nothing could be disclosed."""

    id: UUID
    name: str
    employer: str
    is_team: bool
    is_invited: bool
    coaches: tuple[CoachFacts, ...]
    engagement: EngagementFacts | None
    journey: Journey | None
    balance: Balance | None
    badge: Badge | None


@dataclass(frozen=True, slots=True)
class ClientPage:
    """The lines of one page, and the page for its number and neighbours."""

    page: Page[Client]
    rows: tuple[ClientRow, ...]


def client_list(clients: QuerySet[Client], search: Search, today: date) -> ClientPage:
    """A page of the clients that the reader may see, by name. Eight queries, however many."""
    found = _matching(clients, search, today).order_by("name", "id")
    page = Paginator(found, ROWS_A_PAGE).get_page(search.page)
    rows = list(page.object_list)
    ids = [row.pk for row in rows]
    engagements = latest_engagements(ids)
    engagement_ids = [each.id for each in engagements.values()]
    coaches = coaches_of(ids, today)
    left = balances(engagement_ids)
    paths = journeys(engagements.values(), today, with_sessions=False)
    return ClientPage(
        page=page,
        rows=tuple(
            _row(client, coaches.get(client.pk, ()), engagements.get(client.pk), left, paths)
            for client in rows
        ),
    )


def _row(
    client: Client,
    coaches: tuple[CoachFacts, ...],
    engagement: EngagementFacts | None,
    left: dict[UUID, Balance],
    paths: dict[UUID, Journey],
) -> ClientRow:
    is_sponsored = engagement is not None and engagement.is_sponsored
    return ClientRow(
        id=client.pk,
        name=client.name,
        employer=client.employer,
        is_team=client.is_team,
        is_invited=client.membership_id is not None,
        coaches=coaches,
        engagement=engagement,
        journey=paths.get(engagement.id) if engagement else None,
        balance=left.get(engagement.id) if engagement else None,
        badge=level_badge(engagement.disclosure_level) if engagement and is_sponsored else None,
    )


def _matching(clients: QuerySet[Client], search: Search, today: date) -> QuerySet[Client]:
    if search.text:
        words = Trim(Func(Value(search.text), function="app.searchable"))
        clients = clients.filter(searched__contains=words)
    if search.coach_id:
        coached = CoachAssignment.objects.current(today).filter(coach_id=search.coach_id)
        clients = clients.filter(pk__in=coached.values("client_id"))
    is_archived = search.state == Filter.ARCHIVED
    clients = clients.filter(archived_at__isnull=not is_archived)
    return _in_state(clients, search.state)


def _in_state(clients: QuerySet[Client], state: str) -> QuerySet[Client]:
    engagements = Engagement.objects.filter(client_id=OuterRef("pk"))
    if state == Filter.RUNNING:
        return clients.filter(Exists(engagements.filter(state=Engagement.State.ACTIVE)))
    if state == Filter.PAUSED:
        return clients.filter(Exists(engagements.filter(state=Engagement.State.PAUSED)))
    if state == Filter.WITHOUT:
        return clients.filter(~Exists(engagements.running()))
    return clients


def coach_choices(clients: QuerySet[Client], today: date) -> tuple[tuple[UUID, str], ...]:
    """The coaches of the clients that the reader may see, for the filter: id and name. One query.

    Of each coach the first client is enough, however many there are.
    """
    theirs = CoachAssignment.objects.current(today).filter(
        coach=OuterRef("pk"), client__in=clients.values("pk")
    )
    staff = Membership.objects.filter(practice=current_practice_id(), audience=Audience.STAFF)
    rows = staff.filter(Exists(theirs)).order_by("name", "id").values_list("pk", "name")
    return tuple(rows[:ROWS_A_PAGE])
