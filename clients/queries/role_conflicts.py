"""One person in two places: boss and report with one coach, a contact who is coached."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import (
    BooleanField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.expressions import RawSQL

from clients.models import (
    Client,
    Engagement,
    EngagementStakeholder,
    SponsorContact,
)

MOST = 10

# In plain SQL, for they come with every profile.
_SENT: Final = """(
SELECT count(*) FROM clients_enquiry asked
WHERE asked.practice_id = clients_client.practice_id
  AND asked.referrer_client_id = clients_client.id
)"""
_SHARED: Final = """(EXISTS (
  SELECT FROM clients_engagement mine
  JOIN clients_engagementstakeholder link
    ON link.practice_id = mine.practice_id AND link.engagement_id = mine.id
  JOIN clients_sponsorcontact boss
    ON boss.practice_id = link.practice_id AND boss.id = link.contact_id
    AND boss.kind = 'stakeholder' AND boss.access_ended_at IS NULL
  JOIN clients_client person
    ON person.practice_id = boss.practice_id AND lower(person.email) = lower(boss.email)
  JOIN clients_engagement too
    ON too.practice_id = person.practice_id AND too.client_id = person.id
    AND too.coach_id = %s AND too.state IN ('active', 'paused')
  WHERE mine.practice_id = clients_client.practice_id AND mine.client_id = clients_client.id
    AND mine.coach_id = %s AND mine.state IN ('active', 'paused')
) OR (EXISTS (
  SELECT FROM clients_engagement mine
  WHERE mine.practice_id = clients_client.practice_id AND mine.client_id = clients_client.id
    AND mine.coach_id = %s AND mine.state IN ('active', 'paused')
) AND EXISTS (
  SELECT FROM clients_sponsorcontact boss
  JOIN clients_engagementstakeholder link
    ON link.practice_id = boss.practice_id AND link.contact_id = boss.id
  JOIN clients_engagement mine
    ON mine.practice_id = link.practice_id AND mine.id = link.engagement_id
    AND mine.coach_id = %s AND mine.state IN ('active', 'paused')
  WHERE boss.practice_id = clients_client.practice_id
    AND lower(boss.email) = lower(clients_client.email) AND boss.email <> ''
    AND boss.kind = 'stakeholder' AND boss.access_ended_at IS NULL
)))"""


@dataclass(frozen=True, slots=True)
class SameCoach:
    """A line manager and somebody they lead are coached by the same person."""

    boss_id: UUID
    boss_name: str
    report_id: UUID
    report_name: str
    coach_name: str

    def other(self, client_id: UUID) -> str:
        return self.report_name if client_id == self.boss_id else self.boss_name


def bosses_and_reports(client: Client, visible: QuerySet[Client]) -> tuple[SameCoach, ...]:
    """Pairs with this client in it, of people whom the reader may see both. One query.

    Who leads whom is known from the line managers linked to running engagements; a line manager is
    a client if the address or the sign-in is the same.
    """
    ids = visible.values("pk")
    same_person = Q(email__iexact=OuterRef("contact__email")) | Q(
        membership__user=OuterRef("contact__membership__user")
    )
    running = [Engagement.State.ACTIVE, Engagement.State.PAUSED]
    bosses = Client.objects.filter(same_person, pk__in=ids).exclude(
        pk=OuterRef("engagement__client")
    )
    coached_too = Engagement.objects.filter(
        client=OuterRef("boss"), coach=OuterRef("engagement__coach"), state__in=running
    )
    rows = (
        EngagementStakeholder.objects.filter(
            contact__kind=SponsorContact.Kind.STAKEHOLDER,
            contact__access_ended_at=None,
            engagement__state__in=running,
            engagement__client__in=ids,
        )
        .annotate(boss=bosses.values("pk")[:1], boss_name=bosses.values("name")[:1])
        .exclude(boss=None)
        .filter(Exists(coached_too))
        .filter(Q(boss=client.pk) | Q(engagement__client=client.pk))
        .annotate(
            report=F("engagement__client"),
            report_name=F("engagement__client__name"),
            coach_name=F("engagement__coach__name"),
        )
        .order_by("boss_name", "report_name")
        .values_list("boss", "boss_name", "report", "report_name", "coach_name")
    )
    return tuple(SameCoach(*row) for row in rows[:MOST])


def sent_people() -> RawSQL:
    """For a query of clients: how many people came through each."""
    return RawSQL(_SENT, [], output_field=IntegerField())  # noqa: S611 -- no values in it


def shares_coach(coach_id: UUID) -> RawSQL:
    """For a query of clients: whether this coach coaches the client and a boss or a report too."""
    return RawSQL(_SHARED, [coach_id] * 4, output_field=BooleanField())  # noqa: S611 -- as above


def is_contact_somewhere(client: Client) -> bool:
    """Whether the client is also a person at a company that pays: then the two are kept apart.

    One query.
    """
    same_person = Q(email__iexact=client.email)
    if client.membership is not None:
        same_person |= Q(membership__user=client.membership.user_id)
    return bool(SponsorContact.objects.filter(same_person, access_ended_at=None).exists())


def client_with_address(email: str, visible: QuerySet[Client]) -> Client | None:
    """Whom of the reader's clients an address belongs to. One query."""
    return visible.filter(email__iexact=email.strip()).first()
