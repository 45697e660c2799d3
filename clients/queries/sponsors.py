"""Companies that pay and the people there, as pages show them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import (
    ContactUnit,
    Engagement,
    EngagementStakeholder,
    SponsorContact,
    SponsorOrganisation,
)
from clients.queries.engagements import EngagementFacts

MOST_CONTACTS = 30
MOST_CHOICES = 500
MOST_ORGANISATIONS = 200

KIND_LABELS: dict[str, str | Promise] = {
    SponsorContact.Kind.SPONSOR: _("HR contact"),
    SponsorContact.Kind.STAKEHOLDER: _("Line manager"),
}


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A person at the company."""

    id: UUID
    name: str
    email: str
    job_title: str
    kind: str
    kind_label: str | Promise
    organisation_id: UUID
    organisation_name: str
    is_invited: bool
    has_ended: bool = False

    @property
    def is_line_manager(self) -> bool:
        return self.kind == SponsorContact.Kind.STAKEHOLDER


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One line of the list of companies."""

    id: UUID
    name: str
    contacts: int
    running: int
    open_to_sponsor: int


def _facts(row: SponsorContact) -> ContactFacts:
    return ContactFacts(
        id=row.pk,
        name=row.name,
        email=row.email,
        job_title=row.job_title,
        kind=row.kind,
        kind_label=KIND_LABELS[row.kind],
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.name,
        is_invited=row.membership_id is not None and row.access_ended_at is None,
        has_ended=row.access_ended_at is not None,
    )


def contacts_of(engagement: Engagement) -> tuple[ContactFacts, ...]:
    """Who stands on the sponsor's side of an engagement: the linked ones and the company's HR.

    A contact who is the client themself is left out of everything about their own engagement, and
    so is one whose access has ended, and HR of other units.
    """
    return tuple(_facts(row) for row in _rows_of(engagement)[:MOST_CONTACTS])


def people_of(engagement: EngagementFacts) -> tuple[ContactFacts, ...]:
    """The same for facts that are already there. One query, none for who pays themself."""
    if engagement.organisation_id is None:
        return ()
    rows = _beside(engagement.id, engagement.organisation_id, engagement.client_email)
    return tuple(_facts(row) for row in rows[:MOST_CONTACTS])


def language_of_contacts(engagement: Engagement) -> str:
    """What most of them read, HR's where there is a draw; "" while none of them can sign in."""
    languages = _rows_of(engagement).values_list("membership__user__language", flat=True)
    known = Counter(each for each in languages[:MOST_CONTACTS] if each)
    return known.most_common(1)[0][0] if known else ""


def _rows_of(engagement: Engagement) -> QuerySet[SponsorContact]:
    """HR first."""
    company = engagement.sponsor_organisation_id
    return _beside(engagement.pk, company, engagement.client.email)


def _beside(
    engagement_id: UUID, organisation_id: UUID | None, client_email: str
) -> QuerySet[SponsorContact]:
    linked = EngagementStakeholder.objects.filter(engagement=engagement_id).values("contact_id")
    unit = Engagement.objects.filter(pk=engagement_id).values("unit_id")
    of_unit = ContactUnit.objects.filter(unit__in=unit).values("contact_id")
    elsewhere = Q(pk__in=ContactUnit.objects.values("contact_id")) & ~Q(pk__in=of_unit)
    hr = Q(organisation_id=organisation_id, kind=SponsorContact.Kind.SPONSOR)
    return (  # type: ignore[no-any-return]
        SponsorContact.objects.select_related("organisation")
        .filter(
            Q(pk__in=linked) | hr,
            access_ended_at=None,
        )
        .exclude(email__iexact=client_email)
        .exclude(elsewhere)
        .order_by("kind", "name", "id")
    )


def contacts_at(organisation_id: UUID) -> tuple[ContactFacts, ...]:
    """Everybody known at one company, HR first."""
    rows = (
        SponsorContact.objects.select_related("organisation")
        .filter(organisation_id=organisation_id)
        .order_by("kind", "name", "id")
    )
    return tuple(_facts(row) for row in rows[:MOST_CONTACTS])


def organisation_rows(visible_engagements: Iterable[UUID]) -> tuple[OrganisationRow, ...]:
    """Companies in alphabetical order; engagements are counted only where the reader sees them.

    `visible_engagements` may be a queryset of ids: it becomes a sub-select.
    """
    rows = SponsorOrganisation.objects.order_by("name", "id")[:MOST_ORGANISATIONS]
    ids = [row.pk for row in rows]
    contacts = _contact_counts(ids)
    engagements = (
        Engagement.objects.running()
        .filter(sponsor_organisation_id__in=ids, pk__in=visible_engagements)
        .values("sponsor_organisation_id")
        .annotate(all=Count("pk"), opened=Count("pk", filter=~Q(disclosure_level=None)))
        .order_by()
    )
    counted = {row["sponsor_organisation_id"]: row for row in engagements}
    nothing = {"all": 0, "opened": 0}
    return tuple(
        OrganisationRow(
            id=row.pk,
            name=row.name,
            contacts=contacts.get(row.pk, 0),
            running=counted.get(row.pk, nothing)["all"],
            open_to_sponsor=counted.get(row.pk, nothing)["opened"],
        )
        for row in rows
    )


def _contact_counts(organisation_ids: list[UUID]) -> dict[UUID, int]:
    counted = (
        SponsorContact.objects.filter(organisation_id__in=organisation_ids)
        .values("organisation_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    return {row["organisation_id"]: row["number"] for row in counted}


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """A company by its name."""

    id: UUID
    name: str


def organisation_choices() -> tuple[OrganisationFacts, ...]:
    """Every company, by name. One query."""
    rows = SponsorOrganisation.objects.order_by("name", "id").values_list("pk", "name")
    return tuple(OrganisationFacts(id=key, name=name) for key, name in rows[:MOST_CHOICES])


def contact_choices(
    *, client_email: str, organisation_id: UUID | None = None
) -> tuple[ContactFacts, ...]:
    """Who could stand on the sponsor's side of this client's engagement. One query."""
    rows = (
        SponsorContact.objects.select_related("organisation")
        .filter(access_ended_at=None)
        .exclude(email__iexact=client_email)
    )
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return tuple(_facts(row) for row in rows.order_by("organisation__name", "name")[:MOST_CHOICES])
