"""Two roles of one person: flagged to whoever coaches, and kept apart. Employer mail, too."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import EngagementStakeholder, SponsorContact, SponsorOrganisation
from clients.queries.role_conflicts import bosses_and_reports
from clients.services.links import IsTheClient, NotAtTheCompany, link_contact
from clients.services.sponsors import add_contact, add_organisation
from coachops.tenancy.scope import scope
from tests.cast import Cast, Person

type Visit = Callable[[Person], Browser]
FLAG = "Boss and report with the same coach"


def _dave_leads_carol(cast: Cast) -> SponsorContact:
    with scope(cast.alice.scope()):
        dave = add_contact(
            organisation=cast.acme,
            kind=SponsorContact.Kind.STAKEHOLDER,
            name="Dave",
            email=cast.dave_client.email.upper(),
            now=timezone.now(),
        )
        link_contact(engagement=cast.carol_engagement, contact=dave, now=timezone.now())
    return dave


def test_boss_and_report_with_one_coach_are_flagged_to_that_coach(cast: Cast, visit: Visit) -> None:
    client_pages = [
        f"/coach/harbour/clients/{client.pk}/" for client in (cast.carol_client, cast.dave_client)
    ]
    bob = visit(cast.bob)
    assert not any(FLAG in bob.get(page).content.decode() for page in client_pages)
    _dave_leads_carol(cast)
    for page in client_pages:
        assert FLAG in bob.get(page).content.decode(), page
        assert "Bob Harbour coaches both" in bob.get(f"{page}edit/").content.decode()
        assert FLAG not in visit(cast.alice).get(page).content.decode()
    with scope(cast.olga.scope()):
        nobody = cast.carol_client.__class__.objects.none()
        assert bosses_and_reports(cast.carol_client, nobody) == ()


def test_a_contact_is_linked_and_taken_off_on_their_page(cast: Cast, visit: Visit) -> None:
    dave, bob = _dave_leads_carol(cast), visit(cast.bob)
    page = f"/coach/harbour/contacts/{dave.pk}/"
    answer = bob.get(page).content.decode()
    assert cast.carol_client.name in answer
    assert "Also a client" in answer
    engagement = cast.carol_engagement.pk
    assert bob.post(f"{page}engagements/{engagement}/end/").status_code == 302
    assert bob.post(page, {"engagement": str(cast.erin_engagement.pk)}).status_code == 422
    assert bob.post(page, {"engagement": str(engagement)}).status_code == 302
    with scope(cast.bob.scope()):
        assert EngagementStakeholder.objects.filter(contact=dave).count() == 1
    assert visit(cast.olga).get(page).status_code == 404


def test_nobody_stands_beside_their_own_engagement(cast: Cast) -> None:
    now = timezone.now()
    with scope(cast.alice.scope()):
        elsewhere: SponsorOrganisation = add_organisation(name="Elsewhere", now=now)
        for company, refused in ((cast.acme, IsTheClient), (elsewhere, NotAtTheCompany)):
            contact = add_contact(
                organisation=company,
                kind=SponsorContact.Kind.STAKEHOLDER,
                name="Carol",
                email=cast.carol_client.email,
                now=now,
            )
            with pytest.raises(refused):
                link_contact(engagement=cast.carol_engagement, contact=contact, now=now)


def test_the_client_is_told_once_about_an_address_at_the_company(cast: Cast, visit: Visit) -> None:
    carol, home = visit(cast.carol), "/portal/harbour/"
    with scope(cast.alice.scope()):
        domain = cast.carol_client.email.partition("@")[2]
        SponsorOrganisation.objects.filter(pk=cast.acme.pk).update(mail_domain=domain)
    assert "Your address belongs to" in carol.get(home).content.decode()
    assert "Your address belongs to" not in visit(cast.dave).get(home).content.decode()
    assert carol.get(f"{home}employer-mail/read/").status_code == 405
    assert carol.post(f"{home}employer-mail/read/").status_code == 302
    assert "Your address belongs to" not in carol.get(home).content.decode()
