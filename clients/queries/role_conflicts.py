"""One person in two places: boss and report with one coach, a contact who is coached."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Lower

from clients.models import (
    Client,
    Engagement,
    EngagementStakeholder,
    Enquiry,
    SponsorContact,
)

MOST = 10


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


def sent_people() -> Combinable:
    """For a query of clients: how many people came through each."""
    rows = Enquiry.objects.filter(referrer_client=OuterRef("pk")).values("referrer_client")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


def shares_coach(coach_id: UUID) -> Combinable:
    """For a query of clients: whether this coach coaches the client and a boss or a report too."""
    running = [Engagement.State.ACTIVE, Engagement.State.PAUSED]
    mine = Engagement.objects.filter(coach=coach_id, state__in=running)
    beside = EngagementStakeholder.objects.filter(
        contact__kind=SponsorContact.Kind.STAKEHOLDER,
        contact__access_ended_at=None,
        engagement__in=mine.values("pk"),
    )
    coached = mine.annotate(address=Lower("client__email")).filter(address=OuterRef("address"))
    leads = beside.annotate(address=Lower("contact__email"))
    is_report = leads.filter(engagement__client=OuterRef("pk")).filter(Exists(coached))
    is_boss = leads.filter(address=Lower(OuterRef("email"))).filter(
        Exists(mine.filter(client=OuterRef(OuterRef("pk"))))
    )
    either = Q(Exists(is_report)) | Q(Exists(is_boss))
    return ExpressionWrapper(either, output_field=BooleanField())


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
