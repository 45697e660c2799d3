"""Small facts about clients that several pages ask for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable

from clients.models import (
    Client,
    CoachAssignment,
    Engagement,
    SponsorContact,
    TeamMember,
)
from clients.policies import is_at_domain
from coachops.practices.models import Membership
from coachops.practices.roles import Role
from coachops.tenancy.scope import current_practice_id

# What a new row about a client would lock anyway: archiving waits for it, or it for archiving.
_ARCHIVED: Final = """
SELECT id, archived_at IS NOT NULL FROM clients_client
WHERE practice_id = %(practice)s AND id = ANY(%(clients)s::uuid[]) ORDER BY id FOR KEY SHARE
"""


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
        .filter(client_id__in=list(client_ids), coach__ended_at=None)
        .order_by("started_on", "id")
    )
    found: dict[UUID, tuple[CoachFacts, ...]] = {}
    for row in rows:
        coach = CoachFacts(id=row.coach_id, name=row.coach.name)
        found[row.client_id] = (*found.get(row.client_id, ()), coach)
    return found


def assigned_coaches(
    client: Client, today: date, *, gone_since: date | None = None
) -> list[Membership]:
    """The members of the practice who coach the client on that day, the longest first. One query.

    On the day of a handover whoever goes on stands before whoever hands over.

    With `gone_since` also those whose assignment ended on that day or later.
    """
    rows = CoachAssignment.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=gone_since or today) & Q(ended_on__gte=F("started_on")),
        client=client,
        started_on__lte=today,
        coach__ended_at=None,
    )
    rows = rows.select_related("coach__user", "coach__practice")
    rows = rows.order_by(F("ended_on").desc(nulls_first=True), "started_on", "id")
    return list({row.coach_id: row.coach for row in rows}.values())


def archived_by_now(client_ids: Iterable[UUID]) -> set[UUID]:
    """Who of them is archived; nobody else is until the transaction ends. One statement.

    Ask before engagements are locked, and after sessions are.
    """
    asked: dict[str, Any] = {"practice": current_practice_id(), "clients": list(client_ids)}
    with connection.cursor() as cursor:
        cursor.execute(_ARCHIVED, asked)
        return {pk for pk, is_archived in cursor.fetchall() if is_archived}


def is_coached_by(client: Client, member: Membership, today: date) -> bool:
    """One query."""
    rows = CoachAssignment.objects.current(today).filter(client=client, coach=member)
    return bool(rows.exists())


def somebody_coached_before(client: Client, member: Membership, today: date) -> bool:
    """Whether there is something of before that the wall keeps from this coach of the client's.

    Of the first coach there is not, nor of whoever follows on somebody who never was. Two queries.
    """
    rows = CoachAssignment.objects.filter(client=client)
    mine = rows.current(today).filter(coach=member).order_by("started_on", "pk").first()
    if mine is None or mine.sees_from_at is None:
        return mine is None
    real = Q(ended_on=None) | Q(ended_on__gte=F("started_on"))
    others = rows.filter(real, started_on__lte=mine.started_on).exclude(coach=member)
    return bool(others.exists())


def has_portal(client: Client) -> bool:
    """Whether the client can come in today, as a client. At most one query.

    Somebody whose portal was closed may have come back since, as another client's delegate.
    """
    member = client.membership
    return member is not None and member.ended_at is None and member.has_role(Role.CLIENT)


def address_of(person: Client | SponsorContact) -> str:
    """Where mail reaches somebody: the address they sign in with, before that their record's.

    The record follows when they change the one they sign in with, unless another record has it.
    A team is reached through its speaker; "" where it has none.
    """
    if isinstance(person, Client) and person.is_team:
        speaker = _speaker_of(person)
        return address_of(speaker) if speaker is not None else ""
    if person.membership_id is not None:
        return str(person.membership.user.email)
    return str(person.email)


def _speaker_of(team: Client) -> Client | None:
    row = (
        TeamMember.objects.present()
        .filter(team=team, is_speaker=True)
        .select_related("client__membership__user")
        .first()
    )
    return row.client if row else None


def person_for(client: Client) -> Client | None:
    """Who acts for a client: a person themself; for a team its speaker, if it has one."""
    return _speaker_of(client) if client.is_team else client


def is_among(client: Client, contact: SponsorContact) -> bool:
    """Whether a contact is the client themself, or was ever in the team."""
    if not client.is_team:
        return str(contact.email).lower() == client.email.lower()
    own = Q(client__email__iexact=contact.email)
    if contact.membership_id is not None:
        own |= Q(client__membership__user=contact.membership.user_id)
    return bool(TeamMember.objects.filter(own, team=client).exists())


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


def paying_company(column: str) -> Combinable:
    """For a query of clients: a column of a company that pays now and has a mail domain."""
    rows = (
        Engagement.objects.running()
        .filter(client=OuterRef("pk"))
        .exclude(sponsor_organisation=None)
        .exclude(sponsor_organisation__mail_domain="")
        .order_by("starts_on", "id")
    )
    return Subquery(rows.values(f"sponsor_organisation__{column}")[:1])


def employer_to_name(client: Client) -> str:
    """The company that may read the client's mail, until they have read what that means; or "".

    From a row with `payer` and `payer_domain` (`paying_company`). No query.
    """
    payer, domain = getattr(client, "payer", None), getattr(client, "payer_domain", None)
    if client.employer_mail_read_at is not None or not domain:
        return ""
    return str(payer) if is_at_domain(client.email, domain) else ""
