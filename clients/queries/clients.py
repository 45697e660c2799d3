"""Small facts about clients that several pages ask for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clients.models import Client, CoachAssignment, Engagement
from clients.policies import is_at_domain


@dataclass(frozen=True, slots=True)
class CoachFacts:
    """Who coaches; the id is the membership's."""

    id: UUID
    name: str


def coaches_of(client_ids: Iterable[UUID], today: date) -> dict[UUID, tuple[CoachFacts, ...]]:
    """Each client's coaches on that day, the longest first. One query."""
    rows = (
        CoachAssignment.objects.current(today)
        .select_related("coach")
        .filter(client_id__in=list(client_ids))
        .order_by("started_on", "id")
    )
    found: dict[UUID, tuple[CoachFacts, ...]] = {}
    for row in rows:
        coach = CoachFacts(id=row.coach_id, name=row.coach.name)
        found[row.client_id] = (*found.get(row.client_id, ()), coach)
    return found


def employer_of_address(client: Client) -> str:
    """The paying company at whose mail domain the client's address is, or "".

    Such a company can read the client's mail; the client is told and may use a private address.
    """
    sponsors = (
        Engagement.objects.running()
        .filter(client=client)
        .exclude(sponsor_organisation=None)
        .values_list("sponsor_organisation__name", "sponsor_organisation__mail_domain")
    )
    for name, domain in sponsors:
        if is_at_domain(client.email, domain):
            return str(name)
    return ""
