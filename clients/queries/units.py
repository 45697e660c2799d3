"""Units of a company as pages show them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from clients.models import Client, ContactUnit, Engagement, OrganisationUnit

MOST_UNITS = 60
MOST_CHOICES = 300


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit; engagements are counted only where the reader sees the client."""

    id: UUID
    name: str
    engagements: int
    contacts: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not self.engagements and not self.contacts


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit that can be chosen."""

    id: UUID
    name: str
    organisation_id: UUID
    organisation_name: str


def unit_lines(organisation_id: UUID, clients: QuerySet[Client]) -> tuple[UnitLine, ...]:
    """By name. Three queries."""
    rows = list(_units(organisation_id)[:MOST_UNITS])
    counted = dict(
        Engagement.objects.filter(
            sponsor_organisation_id=organisation_id, client__in=clients.values("pk")
        )
        .exclude(unit=None)
        .values_list("unit_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    named: dict[UUID, tuple[str, ...]] = {}
    limits = ContactUnit.objects.filter(unit__organisation_id=organisation_id)
    for key, name in limits.order_by("contact__name").values_list("unit_id", "contact__name"):
        named[key] = (*named.get(key, ()), name)
    return tuple(
        UnitLine(row.pk, row.name, counted.get(row.pk, 0), named.get(row.pk, ())) for row in rows
    )


def unit_choices(organisation_id: UUID | None = None) -> tuple[UnitChoice, ...]:
    """Of one company, or of all. One query."""
    rows = _units(organisation_id).order_by("organisation__name", "name")
    return tuple(
        UnitChoice(*row)
        for row in rows.values_list("pk", "name", "organisation_id", "organisation__name")[
            :MOST_CHOICES
        ]
    )


def _units(organisation_id: UUID | None) -> QuerySet[OrganisationUnit]:
    rows = OrganisationUnit.objects.order_by("name", "id")
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return rows  # type: ignore[no-any-return]
