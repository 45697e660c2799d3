"""Companies that pay and the people there, as pages show them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import (
    Engagement,
    SponsorContact,
    SponsorOrganisation,
)
from clients.queries.engagements import EngagementFacts
from coachops.tenancy.scope import current_practice_id

MOST_CONTACTS = 30
MOST_CHOICES = 500
MOST_ORGANISATIONS = 200

KIND_LABELS: dict[str, str | Promise] = {
    SponsorContact.Kind.SPONSOR: _("HR contact"),
    SponsorContact.Kind.STAKEHOLDER: _("Line manager"),
}

# On every profile, hence in plain SQL.
_BESIDE: Final = """
SELECT contact.id, contact.name, contact.email, contact.job_title, contact.kind,
       contact.organisation_id, company.name, contact.membership_id IS NOT NULL
FROM clients_engagement engagement
JOIN clients_client client
  ON client.practice_id = engagement.practice_id AND client.id = engagement.client_id
JOIN clients_sponsorcontact contact
  ON contact.practice_id = engagement.practice_id AND contact.access_ended_at IS NULL
  AND (contact.kind = 'sponsor' AND contact.organisation_id = engagement.sponsor_organisation_id
    OR contact.id IN (
      SELECT linked.contact_id FROM clients_engagementstakeholder linked
      WHERE linked.practice_id = %(practice)s AND linked.engagement_id = %(engagement)s))
JOIN clients_sponsororganisation company
  ON company.practice_id = contact.practice_id AND company.id = contact.organisation_id
WHERE engagement.practice_id = %(practice)s AND engagement.id = %(engagement)s
  AND lower(contact.email) <> lower(client.email)
  AND NOT EXISTS (
    SELECT FROM clients_teammember member
    JOIN clients_client person
      ON person.practice_id = member.practice_id AND person.id = member.client_id
    WHERE member.practice_id = %(practice)s AND member.team_id = engagement.client_id
      AND lower(person.email) = lower(contact.email))
  AND (
    NOT EXISTS (
      SELECT FROM clients_contactunit unit
      WHERE unit.practice_id = %(practice)s AND unit.contact_id = contact.id)
    OR EXISTS (
      SELECT FROM clients_contactunit unit
      WHERE unit.practice_id = %(practice)s AND unit.contact_id = contact.id
        AND unit.unit_id = engagement.unit_id))
ORDER BY contact.kind, contact.name, contact.id
LIMIT %(most)s
"""


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
    """Who stands on the sponsor's side of an engagement, HR first: the linked ones and the
    company's HR.

    A contact who is the client themself, or belongs to the team, is left out of everything about
    their own engagement, and so is one whose access has ended, and HR of other units.
    """
    return _beside(engagement.pk)


def people_of(engagement: EngagementFacts) -> tuple[ContactFacts, ...]:
    """The same for facts that are already there. One query, none for who pays themself."""
    return _beside(engagement.id) if engagement.organisation_id is not None else ()


def language_of_contacts(engagement: Engagement) -> str:
    """What most of them read, HR's where there is a draw; "" while none of them can sign in."""
    contacts = [each.id for each in contacts_of(engagement)]
    rows = SponsorContact.objects.filter(pk__in=contacts).order_by("kind", "name", "id")
    languages = rows.values_list("membership__user__language", flat=True)
    known = Counter(each for each in languages if each)
    return known.most_common(1)[0][0] if known else ""


def _beside(engagement_id: UUID) -> tuple[ContactFacts, ...]:
    asked: dict[str, Any] = {
        "practice": current_practice_id(),
        "engagement": engagement_id,
        "most": MOST_CONTACTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE, asked)
        rows = cursor.fetchall()
    return tuple(
        ContactFacts(
            id=contact_id,
            name=name,
            email=email,
            job_title=job_title,
            kind=kind,
            kind_label=KIND_LABELS[kind],
            organisation_id=organisation_id,
            organisation_name=organisation_name,
            is_invited=is_invited,
        )
        for (
            contact_id,
            name,
            email,
            job_title,
            kind,
            organisation_id,
            organisation_name,
            is_invited,
        ) in rows
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
