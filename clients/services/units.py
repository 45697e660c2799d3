"""Divisions and locations of a company: naming them, joining two, and who sees which."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.models import (
    ContactUnit,
    Engagement,
    OrganisationUnit,
    SponsorContact,
    SponsorOrganisation,
)
from coachops.audit.record import record

MOST_UNITS = 60


class UnitNameTaken(Exception):
    """The company has a unit of that name."""


class TooManyUnits(Exception):
    """A company has as many units as a page can show."""


class UnitInUse(Exception):
    """Engagements belong to it, or a contact is limited to it: it can be joined to another."""


class OtherCompany(Exception):
    """The unit belongs to another company."""


@transaction.atomic
def add_unit(*, organisation: SponsorOrganisation, name: str, now: datetime) -> OrganisationUnit:
    """Raises UnitNameTaken, TooManyUnits."""
    SponsorOrganisation.objects.select_for_update().get(pk=organisation.pk)
    _check_name(organisation.pk, name)
    if OrganisationUnit.objects.filter(organisation=organisation).count() >= MOST_UNITS:
        raise TooManyUnits
    unit: OrganisationUnit = OrganisationUnit.objects.create(
        organisation=organisation, name=name.strip(), created_at=now
    )
    record(event="unit.added", subject=unit, now=now)
    return unit


@transaction.atomic
def rename_unit(*, unit: OrganisationUnit, name: str, now: datetime) -> None:
    """Raises UnitNameTaken."""
    SponsorOrganisation.objects.select_for_update().get(pk=unit.organisation_id)
    _check_name(unit.organisation_id, name, but=unit.pk)
    unit.name = name.strip()
    unit.save(update_fields=["name"])
    record(event="unit.renamed", subject=unit, now=now)


@transaction.atomic
def remove_unit(*, unit: OrganisationUnit, now: datetime) -> None:
    """Raises UnitInUse: a contact limited to a unit that is gone would see everything."""
    unit = OrganisationUnit.objects.select_for_update().get(pk=unit.pk)
    engagements = Engagement.objects.filter(unit=unit)
    if engagements.exists() or ContactUnit.objects.filter(unit=unit).exists():
        raise UnitInUse
    record(event="unit.removed", subject=unit, now=now)
    unit.delete()


@transaction.atomic
def join_units(*, unit: OrganisationUnit, into: OrganisationUnit, now: datetime) -> None:
    """Everything of one unit belongs to the other, and the first is gone. Raises OtherCompany.

    Whoever saw the one sees the other from now on.
    """
    if unit.organisation_id != into.organisation_id or unit.pk == into.pk:
        raise OtherCompany
    Engagement.objects.filter(unit=unit).update(unit=into)
    contacts = ContactUnit.objects.filter(unit=unit)
    both = contacts.filter(contact__in=ContactUnit.objects.filter(unit=into).values("contact_id"))
    both.delete()
    contacts.update(unit=into)
    record(event="unit.joined", subject=into, now=now, facts={"from": str(unit.pk)})
    unit.delete()


@transaction.atomic
def place_engagement(
    *, engagement: Engagement, unit: OrganisationUnit | None, now: datetime
) -> None:
    """The unit it belongs to, or none. Raises OtherCompany."""
    if unit is not None and unit.organisation_id != engagement.sponsor_organisation_id:
        raise OtherCompany
    if engagement.unit_id == (unit.pk if unit else None):
        return
    engagement.unit = unit
    engagement.save(update_fields=["unit"])
    facts = {"unit": str(unit.pk) if unit else None}
    record(event="engagement.placed", subject=engagement, now=now, facts={**facts})


@transaction.atomic
def limit_contact(
    *, contact: SponsorContact, units: Collection[OrganisationUnit], now: datetime
) -> None:
    """An HR contact sees the engagements of these units alone; without any, all of the company.

    Raises OtherCompany.
    """
    wanted = {unit.pk for unit in units if unit.organisation_id == contact.organisation_id}
    if len(wanted) != len({unit.pk for unit in units}):
        raise OtherCompany
    SponsorContact.objects.select_for_update().get(pk=contact.pk)
    rows = ContactUnit.objects.filter(contact=contact)
    present = set(rows.values_list("unit_id", flat=True))
    if present == wanted:
        return
    rows.exclude(unit__in=wanted).delete()
    ContactUnit.objects.bulk_create(
        [ContactUnit(contact=contact, unit_id=key) for key in sorted(wanted - present)]
    )
    record(
        event="contact.limited",
        subject=contact,
        now=now,
        facts={"units": [str(key) for key in sorted(wanted)]},
    )


def _check_name(organisation_id: UUID, name: str, *, but: UUID | None = None) -> None:
    taken = OrganisationUnit.objects.filter(
        organisation_id=organisation_id, name__iexact=name.strip()
    )
    if taken.exclude(pk=but).exists():
        raise UnitNameTaken
