"""Finding people, companies, programs, and what was agreed; only what the reader may see."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Client, CoachAssignment, SponsorContact, SponsorOrganisation
from clients.queries.safes import safes_of
from coachops.tenancy.scope import confidential
from programs.models import Program
from tracking.models import ActionItem, GoalWording

MOST_OF_A_KIND = 8
MOST_WORDINGS = 1000
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """`client_id` is set where somebody's content is shown."""

    text: str
    detail: str
    url: str
    symbol: str
    client_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    hits: tuple[Hit, ...]


def search(
    text: str, *, practice_slug: str, clients: QuerySet[Client], coached: QuerySet[CoachAssignment]
) -> tuple[Group, ...]:
    """At most eight of a kind. `clients` are those visible, `coached` ids whose content is open."""
    wanted = text.strip()
    if len(wanted) < SHORTEST:
        return ()
    groups = (
        Group(_("Clients"), _clients(wanted, practice_slug, clients)),
        Group(_("Goals"), _goals(wanted, practice_slug, coached)),
        Group(_("Action items"), _actions(wanted, practice_slug, coached)),
        Group(_("Sponsors"), _sponsors(wanted, practice_slug)),
        Group(_("Programs"), _programs(wanted, practice_slug)),
    )
    return tuple(group for group in groups if group.hits)


def _clients(wanted: str, slug: str, clients: QuerySet[Client]) -> tuple[Hit, ...]:
    rows = clients.filter(
        Q(name__icontains=wanted) | Q(email__icontains=wanted) | Q(employer__icontains=wanted)
    ).order_by("name", "id")[:MOST_OF_A_KIND]
    return tuple(
        Hit(
            row.name,
            row.employer or row.email,
            reverse("coach:client", args=[slug, row.pk]),
            "user-round",
        )
        for row in rows
    )


def _goals(wanted: str, slug: str, coached: QuerySet[CoachAssignment]) -> tuple[Hit, ...]:
    """Wordings are sealed, so they are opened and compared here: 15 microseconds each."""
    if not coached.exists():
        return ()
    with confidential():
        rows = list(
            GoalWording.objects.filter(client__in=coached)
            .select_related("client")
            .order_by("-worded_at")[:MOST_WORDINGS]
        )
    safes = safes_of(row.client_id for row in rows)
    hits: dict[UUID, Hit] = {}
    for row in rows:
        safe = safes.get(row.client_id)
        words = safe.open(row.sealed_text, row_id=row.pk) if safe else ""
        if wanted.casefold() in words.casefold() and row.goal_id not in hits:
            url = reverse("coach:goal", args=[slug, row.goal_id])
            hits[row.goal_id] = Hit(words, row.client.name, url, "target", row.client_id)
    return tuple(hits.values())[:MOST_OF_A_KIND]


def _actions(wanted: str, slug: str, coached: QuerySet[CoachAssignment]) -> tuple[Hit, ...]:
    rows = (
        ActionItem.objects.filter(client__in=coached, text__icontains=wanted)
        .select_related("client")
        .order_by("-created_at")[:MOST_OF_A_KIND]
    )
    return tuple(
        Hit(
            row.text,
            row.client.name,
            reverse("coach:actions", args=[slug, row.client_id]),
            "list-checks",
            row.client_id,
        )
        for row in rows
    )


def _sponsors(wanted: str, slug: str) -> tuple[Hit, ...]:
    companies = SponsorOrganisation.objects.filter(name__icontains=wanted).order_by("name")
    contacts = (
        SponsorContact.objects.filter(Q(name__icontains=wanted) | Q(email__icontains=wanted))
        .select_related("organisation")
        .order_by("name")
    )
    found = [
        Hit(row.name, "", reverse("coach:sponsor_organisation", args=[slug, row.pk]), "building-2")
        for row in companies[:MOST_OF_A_KIND]
    ]
    found += [
        Hit(
            row.name,
            row.organisation.name,
            reverse("coach:sponsor_organisation", args=[slug, row.organisation_id]),
            "user-round",
        )
        for row in contacts[:MOST_OF_A_KIND]
    ]
    return tuple(found[:MOST_OF_A_KIND])


def _programs(wanted: str, slug: str) -> tuple[Hit, ...]:
    rows = Program.objects.filter(name__icontains=wanted).order_by("name")[:MOST_OF_A_KIND]
    return tuple(
        Hit(row.name, row.purpose, reverse("coach:program", args=[slug, row.pk]), "route")
        for row in rows
    )
