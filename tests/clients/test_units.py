"""Units of a company: where engagements belong, and which an HR contact sees."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from typing import cast as typed

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.access import engagements_for_sponsor
from clients.models import ContactUnit, Engagement, OrganisationUnit, SponsorContact
from clients.queries.sponsors import contacts_of
from clients.services.links import link_contact
from clients.services.units import (
    OtherCompany,
    UnitInUse,
    UnitNameTaken,
    add_unit,
    join_units,
    limit_contact,
    place_engagement,
    remove_unit,
)
from coachops.tenancy.scope import scope
from tests.cast import Cast, Person

type Visit = Callable[[Person], Browser]
SCRIPT = "<script>alert(1)</script>"


def _unit(cast: Cast, name: str = "Drives") -> OrganisationUnit:
    return add_unit(organisation=cast.acme, name=name, now=timezone.now())


def _seen_by(person: Person) -> set[Any]:
    request = SimpleNamespace(membership=person.membership, user=person.user)
    return set(engagements_for_sponsor(typed("Any", request)).values_list("pk", flat=True))


def test_hr_limited_to_a_unit_sees_its_engagements_alone(
    cast: Cast, hr: SponsorContact, visit: Visit
) -> None:
    now = timezone.now()
    engagement = cast.carol_engagement
    with scope(cast.alice.scope()):
        drives, research = _unit(cast), _unit(cast, "Research")
        Engagement.objects.filter(pk=engagement.pk).update(disclosure_level=0)
        assert _seen_by(cast.sam) == {engagement.pk}
        link_contact(engagement=engagement, contact=hr, now=now)
        limit_contact(contact=hr, units=[research], now=now)
        assert _seen_by(cast.sam) == set()
        assert hr.pk not in {each.id for each in contacts_of(engagement)}
        assert _seen_by(cast.stella) == {engagement.pk}
    address = f"/sponsor/harbour/coachees/{engagement.pk}/"
    assert visit(cast.sam).get(address).status_code == 404
    with scope(cast.alice.scope()):
        place_engagement(engagement=engagement, unit=research, now=now)
        assert _seen_by(cast.sam) == {engagement.pk}
        assert hr.pk in {each.id for each in contacts_of(engagement)}
        limit_contact(contact=hr, units=[], now=now)
        place_engagement(engagement=engagement, unit=drives, now=now)
        assert _seen_by(cast.sam) == {engagement.pk}
    assert visit(cast.sam).get(address).status_code == 200


def test_units_are_joined_and_removed_only_when_empty(cast: Cast, hr: SponsorContact) -> None:
    now = timezone.now()
    with scope(cast.alice.scope()):
        drives, research = _unit(cast), _unit(cast, "Research")
        place_engagement(engagement=cast.carol_engagement, unit=drives, now=now)
        limit_contact(contact=hr, units=[drives, research], now=now)
        for unit in (drives, research):
            with pytest.raises(UnitInUse):
                remove_unit(unit=unit, now=now)
        with pytest.raises(UnitNameTaken):
            _unit(cast, "drives ")
        join_units(unit=drives, into=research, now=now)
        assert cast.carol_engagement.reload().unit_id == research.pk
        assert ContactUnit.objects.get().unit_id == research.pk
        assert [each.name for each in OrganisationUnit.objects.all()] == ["Research"]


def test_no_unit_of_another_company(cast: Cast, hr: SponsorContact) -> None:
    now = timezone.now()
    with scope(cast.alice.scope()):
        drives = _unit(cast)
        with pytest.raises(OtherCompany):
            place_engagement(engagement=cast.dave_engagement, unit=drives, now=now)


def test_pages_add_rename_place_and_limit(cast: Cast, hr: SponsorContact, visit: Visit) -> None:
    alice, base = visit(cast.alice), "/coach/harbour"
    units = f"{base}/sponsors/{cast.acme.pk}/units/"
    assert alice.post(units, {"name": "x" * 10_000}).status_code == 422
    assert alice.post(units, {"name": SCRIPT}).status_code == 302
    page = alice.get(units).content.decode()
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page
    with scope(cast.alice.scope()):
        unit = OrganisationUnit.objects.get()
    assert alice.post(f"{base}/units/{unit.pk}/", {"name": "Drives"}).status_code == 302
    place = f"{base}/engagements/{cast.carol_engagement.pk}/unit/"
    assert alice.post(place, {"unit": str(unit.pk)}).status_code == 302
    assert alice.post(place, {"unit": str(cast.acme.pk)}).status_code == 422
    limit = f"{base}/contacts/{hr.pk}/units/"
    assert alice.post(limit, {"units": [str(unit.pk)]}).status_code == 302
    assert "Seen by:" in alice.get(units).content.decode()
    for name, status in {"bob": 200, "olga": 404, "ines": 404}.items():
        assert visit(getattr(cast, name)).get(units).status_code == status, name
    assert visit(cast.olga).get(f"{base}/units/{unit.pk}/").status_code == 404
    assert visit(cast.mallory).get(f"/coach/lagoon/units/{unit.pk}/").status_code == 404
