"""The engagements a contact stands beside, and those they could."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from clients.models import Client, Engagement, EngagementStakeholder, SponsorContact, TeamMember

MOST_LINKS = 100
_COLUMNS = ("pk", "client_id", "client__name", "title")


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One engagement."""

    engagement_id: UUID
    client_id: UUID
    client_name: str
    title: str


def links_of_contact(contact: SponsorContact, clients: QuerySet[Client]) -> tuple[LinkLine, ...]:
    """What they are linked to, of the clients whom the reader sees. One query."""
    rows = _of_company(contact, clients).filter(pk__in=_linked(contact))
    return _lines(rows.order_by("-starts_on", "-id"))


def linkable_engagements(
    contact: SponsorContact, clients: QuerySet[Client]
) -> tuple[LinkLine, ...]:
    """Running engagements of the company they are not linked to; never their own. One query."""
    rows = _of_company(contact, clients).exclude(pk__in=_linked(contact))
    own = TeamMember.objects.filter(client__email__iexact=contact.email).values("team_id")
    rows = rows.exclude(client__email__iexact=contact.email).exclude(client__in=own)
    rows = rows.filter(
        state__in=[
            Engagement.State.PROPOSED,
            Engagement.State.ACTIVE,
            Engagement.State.PAUSED,
        ]
    )
    return _lines(rows.order_by("client__name", "id"))


def _of_company(contact: SponsorContact, clients: QuerySet[Client]) -> QuerySet[Engagement]:
    return Engagement.objects.filter(  # type: ignore[no-any-return]
        sponsor_organisation_id=contact.organisation_id, client__in=clients.values("pk")
    )


def _linked(contact: SponsorContact) -> QuerySet[EngagementStakeholder]:
    rows = EngagementStakeholder.objects.filter(contact=contact)
    return rows.values("engagement_id")  # type: ignore[no-any-return]


def _lines(rows: QuerySet[Engagement]) -> tuple[LinkLine, ...]:
    return tuple(LinkLine(*row) for row in rows.values_list(*_COLUMNS)[:MOST_LINKS])
