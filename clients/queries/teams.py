"""Teams and the people in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from clients.models import Agreement, AgreementSigner, Client, TeamMember, ThreadReader

MOST_MEMBERS: Final = 60
MOST_TEAMS: Final = 20
MOST_CHANGES: Final = 8


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


@dataclass(frozen=True, slots=True)
class TeamChange:
    """Somebody came or left, by first name, as the others of the team see it."""

    name: str
    has_left: bool
    at: datetime


def team_changes(place: TeamMember) -> tuple[TeamChange, ...]:
    """Who came and left since this member was added, the last first. One query."""
    others = TeamMember.objects.filter(team=place.team_id).exclude(client=place.client_id)
    rows = others.filter(Q(added_at__gt=place.added_at) | Q(left_at__gt=place.added_at))
    found: list[tuple[datetime, TeamChange]] = []
    for row in rows.select_related("client").order_by("-added_at")[:MOST_MEMBERS]:
        name = row.client.first_name
        if row.added_at > place.added_at:
            found.append((row.added_at, TeamChange(name, has_left=False, at=row.joined_at)))
        if row.left_at is not None:
            found.append((row.left_at, TeamChange(name, has_left=True, at=row.left_at)))
    found.sort(key=lambda each: each[0], reverse=True)
    return tuple(change for _when, change in found[:MOST_CHANGES])


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

    A list of `id`, `name`, whether they have `left`, and how many messages are `unread` (None
    without any); each team once.
    """
    rows = TeamMember.objects.filter(client=OuterRef("pk"), team__archived_at=None)
    later = TeamMember.objects.filter(
        team=OuterRef("team"), client=OuterRef("client"), joined_at__gt=OuterRef("joined_at")
    )
    unread = ThreadReader.objects.filter(member=OuterRef("pk")).values("member")
    facts = JSONObject(
        id="team_id",
        name="team__name",
        left="left_at",
        unread=Subquery(unread.values(unread=Sum("unread"))),
    )
    found = rows.filter(~Exists(later)).order_by("team__name", "team_id")
    return ArraySubquery(found.values(facts=facts)[:MOST_TEAMS])


def present_members(team_id: UUID) -> list[Client]:
    """The people of a team who are not archived, by name. One query."""
    rows = TeamMember.objects.present().filter(team_id=team_id, client__archived_at=None)
    return [row.client for row in rows.select_related("client").order_by("client__name", "pk")]


def has_readers(team_id: UUID) -> bool:
    """Whether anybody in the team can come in and read. One query."""
    rows = TeamMember.objects.present().filter(team_id=team_id, client__archived_at=None)
    there = rows.filter(client__membership__isnull=False, client__membership__ended_at=None)
    return bool(there.exists())


def waiting_for_speaker(team_id: UUID) -> int:
    """How many agreements wait for the team's signature now. One query."""
    rows = AgreementSigner.objects.filter(
        agreement__engagement__client=team_id,
        agreement__state=Agreement.State.SENT,
        party=AgreementSigner.Party.CLIENT,
        state=AgreementSigner.State.ASKED,
    )
    return int(rows.count())


def members_among(client_ids: Iterable[UUID], team_id: UUID) -> set[UUID]:
    """Who of these belongs to the team now. One query."""
    rows = TeamMember.objects.present().filter(team_id=team_id, client_id__in=list(client_ids))
    return set(rows.values_list("client_id", flat=True))


def people_to_join(team: Client, readable: QuerySet[Client]) -> list[Client]:
    """Whom of these the team could be joined by, by name. One query."""
    inside = TeamMember.objects.present().filter(team=team).values("client_id")
    people = readable.filter(kind=Client.Kind.PERSON, archived_at=None).exclude(pk__in=inside)
    return list(people.order_by("name", "pk")[:400])
