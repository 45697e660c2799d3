"""Teams and the people in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from clients.models import Client, TeamMember

MOST_MEMBERS: Final = 60
MOST_TEAMS: Final = 20


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One person of a team, present or gone. `opens` says that the reader may open their record."""

    id: UUID
    client_id: UUID
    name: str
    email: str
    job_title: str
    joined_at: datetime
    left_at: datetime | None
    is_speaker: bool
    has_portal: bool
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is in a team, by name, and who was, the last first."""

    present: tuple[MemberLine, ...]
    gone: tuple[MemberLine, ...]

    @property
    def speaker(self) -> MemberLine | None:
        return next((line for line in self.present if line.is_speaker), None)


def roster_of(team: Client, readable: QuerySet[Client] | None = None) -> Roster:
    """`readable`: the clients whose records the reader may open. At most two queries."""
    rows = (
        TeamMember.objects.filter(team=team)
        .select_related("client__membership__user")
        .order_by("client__name", "client_id", "-joined_at")[:MOST_MEMBERS]
    )
    found = list(rows)
    opens: set[UUID] = set()
    if readable is not None and found:
        ids = [row.client_id for row in found]
        opens = set(readable.filter(pk__in=ids).values_list("pk", flat=True))
    lines = [_line(row, opens) for row in found]
    gone = [line for line in lines if line.left_at is not None]
    return Roster(
        present=tuple(line for line in lines if line.left_at is None),
        gone=tuple(sorted(gone, key=lambda line: line.left_at or line.joined_at, reverse=True)),
    )


def _line(row: TeamMember, opens: set[UUID]) -> MemberLine:
    person = row.client
    member = person.membership
    return MemberLine(
        id=row.pk,
        client_id=person.pk,
        name=person.name,
        email=member.user.email if member else person.email,
        job_title=person.job_title,
        joined_at=row.joined_at,
        left_at=row.left_at,
        is_speaker=row.is_speaker,
        has_portal=member is not None and member.ended_at is None,
        opens=person.pk in opens,
    )


def teams_of_client() -> Combinable:
    """For a query of clients: the teams that each is in, or was in and is not any more, by name.

    A list of `id`, `name` and whether they have `left`; each team once.
    """
    rows = TeamMember.objects.filter(client=OuterRef("pk"), team__archived_at=None)
    later = TeamMember.objects.filter(
        team=OuterRef("team"), client=OuterRef("client"), joined_at__gt=OuterRef("joined_at")
    )
    facts = JSONObject(id="team_id", name="team__name", left="left_at")
    found = rows.filter(~Exists(later)).order_by("team__name", "team_id")
    return ArraySubquery(found.values(facts=facts)[:MOST_TEAMS])


def present_members(team_id: UUID) -> list[Client]:
    """The people of a team who are not archived, by name. One query."""
    rows = TeamMember.objects.present().filter(team_id=team_id, client__archived_at=None)
    return [row.client for row in rows.select_related("client").order_by("client__name", "pk")]


def members_among(client_ids: Iterable[UUID], team_id: UUID) -> set[UUID]:
    """Who of these belongs to the team now. One query."""
    rows = TeamMember.objects.present().filter(team_id=team_id, client_id__in=list(client_ids))
    return set(rows.values_list("client_id", flat=True))


def people_to_join(team: Client, readable: QuerySet[Client]) -> list[Client]:
    """Whom of these the team could be joined by, by name. One query."""
    inside = TeamMember.objects.present().filter(team=team).values("client_id")
    people = readable.filter(kind=Client.Kind.PERSON, archived_at=None).exclude(pk__in=inside)
    return list(people.order_by("name", "pk")[:400])
