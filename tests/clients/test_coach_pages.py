"""Records, companies and consent on the dashboard, as each person sees them."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import (
    Client,
    CoachAssignment,
    DisclosureProposal,
    DisclosureSignature,
    SponsorContact,
)
from coachops.practices.models import AssistantAssignment, Membership
from tests.cast import Cast, Person

Acting = Callable[[Person], AbstractContextManager[object]]
Visit = Callable[[Person], Browser]
ANSWERS = {"name": "New Person", "email": "new@people.example", "time_zone": "Europe/Oslo"}


def url(cast: Cast, name: str, *args: object) -> str:
    return reverse(f"coach:{name}", args=[cast.practice.slug, *args])


def test_coach_adds_a_client_for_themself(cast: Cast, protected: Visit, acting: Acting) -> None:
    answer = protected(cast.bob).post(url(cast, "client_new"), ANSWERS)
    with acting(cast.bob):
        client = Client.objects.get(email="new@people.example")
        assert answer.headers["Location"] == url(cast, "client", client.pk)
        assert CoachAssignment.objects.get(client=client).coach_id == cast.bob.membership.pk


def test_owner_chooses_the_coach(cast: Cast, protected: Visit, acting: Acting) -> None:
    browser = protected(cast.alice)
    missing = browser.post(url(cast, "client_new"), ANSWERS)
    assert "coach" in missing.context["form"].errors
    browser.post(url(cast, "client_new"), ANSWERS | {"coach": cast.olga.membership.pk})
    with acting(cast.alice):
        client = Client.objects.get(email="new@people.example")
        assert CoachAssignment.objects.get(client=client).coach_id == cast.olga.membership.pk


def test_owner_who_is_coached_too_is_added_and_does_not_see_her_own_record(
    cast: Cast, protected: Visit, acting: Acting
) -> None:
    answers = ANSWERS | {"email": "Alice@harbour.example", "coach": cast.bob.membership.pk}
    browser = protected(cast.alice)
    page = browser.post(url(cast, "client_new"), answers, follow=True)
    assert page.redirect_chain == [(url(cast, "clients"), 302)]
    assert "You are added as a client" in page.content.decode()
    assert "Bob Harbour does" in page.content.decode()
    assert "New Person" not in page.content.decode()
    with acting(cast.alice):
        client = Client.objects.get(email="alice@harbour.example")
    assert browser.get(url(cast, "client", client.pk)).status_code == 404
    assert protected(cast.bob).get(url(cast, "client", client.pk)).status_code == 200


def test_nobody_is_added_as_their_own_client(cast: Cast, protected: Visit, acting: Acting) -> None:
    page = protected(cast.bob).post(
        url(cast, "client_new"), ANSWERS | {"email": cast.bob.user.email}
    )
    assert page.status_code == 422
    assert "own address" in page.context["form"].errors["email"][0]
    with acting(cast.bob):
        assert not Client.objects.filter(email=cast.bob.user.email).exists()


def test_assistant_adds_only_for_their_coach(cast: Cast, protected: Visit, acting: Acting) -> None:
    protected(cast.vera).post(url(cast, "client_new"), ANSWERS | {"coach": cast.olga.membership.pk})
    with acting(cast.alice):
        client = Client.objects.get(email="new@people.example")
        assert CoachAssignment.objects.get(client=client).coach_id == cast.bob.membership.pk


def test_assistant_of_the_whole_practice_finds_every_client(
    cast: Cast, protected: Visit, acting: Acting
) -> None:
    with acting(cast.alice):
        AssistantAssignment.objects.filter(assistant=cast.vera.membership).update(coach=None)
    page = protected(cast.vera).get(url(cast, "clients")).content.decode()
    assert cast.carol_client.name in page
    assert cast.dave_client.name in page


def test_no_client_without_a_second_factor_and_no_text_lost(
    cast: Cast, visit: Visit, acting: Acting
) -> None:
    browser = visit(cast.bob)
    assert "First protect your own sign-in" in browser.get(url(cast, "client_new")).content.decode()
    answer = browser.post(url(cast, "client_new"), ANSWERS)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Not added yet" in page
    assert 'value="New Person"' in page
    with acting(cast.bob):
        assert not Client.objects.filter(email="new@people.example").exists()


def test_address_in_use_is_said_beside_the_field_but_only_for_this_practice(
    cast: Cast, protected: Visit
) -> None:
    browser = protected(cast.bob)
    taken = browser.post(url(cast, "client_new"), ANSWERS | {"email": cast.carol_client.email})
    assert taken.context["form"].errors["email"] == ["You already have a client with this address."]
    hidden = protected(cast.olga).post(
        url(cast, "client_new"), ANSWERS | {"email": cast.carol_client.email}
    )
    assert "already" not in hidden.context["form"].errors["email"][0]
    free = browser.post(url(cast, "client_new"), ANSWERS | {"email": cast.erin_client.email})
    assert free.status_code == 302


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("bob", 200),
        ("alice", 200),
        ("vera", 200),
        ("olga", 404),
        ("ines", 404),
        ("carol", 404),
        ("sam", 404),
        ("mallory", 404),
    ],
)
def test_record_and_disclosure_open_by_assignment(
    cast: Cast, visit: Visit, who: str, status: int
) -> None:
    browser = visit(getattr(cast, who))
    edit = url(cast, "client_edit", cast.carol_client.pk)
    level = url(cast, "disclosure", cast.carol_engagement.pk)
    assert [browser.get(edit).status_code, browser.get(level).status_code] == [status, status]


@pytest.mark.parametrize("who", ["olga", "ines", "carol", "sam", "mallory"])
def test_nobody_else_posts(cast: Cast, visit: Visit, acting: Acting, who: str) -> None:
    browser = visit(getattr(cast, who))
    carol, engagement = cast.carol_client.pk, cast.carol_engagement.pk
    for name in ("edit", "invite", "archive", "restore", "coach"):
        assert browser.post(url(cast, f"client_{name}", carol), ANSWERS).status_code == 404
    for name in ("propose", "sign", "withdraw", "remind"):
        answer = browser.post(url(cast, f"disclosure_{name}", engagement), {"level": "0"})
        assert answer.status_code == 404
    with acting(cast.bob):
        assert cast.carol_client.reload().archived_at is None
        assert not DisclosureProposal.objects.exists()


def test_owner_assigns_and_a_coach_cannot(cast: Cast, visit: Visit, acting: Acting) -> None:
    place = url(cast, "client_coach", cast.carol_client.pk)
    assert visit(cast.bob).post(place, {"coach": cast.bob.membership.pk}).status_code == 404
    visit(cast.alice).post(place, {"coach": cast.olga.membership.pk})
    visit(cast.alice).post(place, {"end": cast.bob.membership.pk})
    assert visit(cast.alice).post(place, {"coach": cast.mallory.membership.pk}).status_code == 404
    assert visit(cast.olga).get(url(cast, "client_edit", cast.carol_client.pk)).status_code == 200
    assert visit(cast.bob).get(url(cast, "client_edit", cast.carol_client.pk)).status_code == 404


def test_invitation_makes_a_way_in(cast: Cast, visit: Visit, acting: Acting) -> None:
    with acting(cast.alice):
        Client.objects.filter(pk=cast.dave_client.pk).update(membership=None)
    visit(cast.vera).post(url(cast, "client_invite", cast.dave_client.pk))
    with acting(cast.alice):
        assert cast.dave_client.reload().membership_id == cast.dave.membership.pk


def test_company_and_its_people(cast: Cast, visit: Visit, acting: Acting) -> None:
    browser = visit(cast.bob)
    browser.post(
        url(cast, "sponsor_organisation_new"), {"name": "Halden", "mail_domain": "halden.example"}
    )
    assert "Halden" in browser.get(url(cast, "sponsors")).content.decode()
    answers = {"kind": "stakeholder", "name": "Aiko", "email": "aiko@halden.example"}
    browser.post(url(cast, "contact_new", cast.acme.pk), answers)
    again = browser.post(url(cast, "contact_new", cast.acme.pk), answers)
    assert "email" in again.context["form"].errors
    with acting(cast.bob):
        contact = SponsorContact.objects.get(email="aiko@halden.example")
    browser.post(url(cast, "contact_invite", contact.pk))
    with acting(cast.bob):
        member = Membership.objects.get(pk=contact.reload().membership_id)
        assert (member.audience, member.roles) == ("sponsor", ["stakeholder"])


def test_company_page_shows_only_visible_clients(cast: Cast, visit: Visit) -> None:
    place = url(cast, "sponsor_organisation", cast.acme.pk)
    assert "Carol" in visit(cast.bob).get(place).content.decode()
    assert "Carol" not in visit(cast.olga).get(place).content.decode()
    assert "0 running engagements" in visit(cast.olga).get(url(cast, "sponsors")).content.decode()
    assert visit(cast.mallory).get(place).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_of_companies_take_the_same_queries(
    cast: Cast, visit: Visit, acting: Acting, rows: int, django_assert_max_num_queries: Callable
) -> None:
    browser = visit(cast.bob)
    for number in range(rows):
        browser.post(url(cast, "sponsor_organisation_new"), {"name": f"Company {number}"})
        browser.post(
            url(cast, "contact_new", cast.acme.pk),
            {"kind": "sponsor", "name": f"Person {number}", "email": f"{number}@acme.example"},
        )
    with django_assert_max_num_queries(13):
        browser.get(url(cast, "sponsors"))
    with django_assert_max_num_queries(13):
        browser.get(url(cast, "sponsor_organisation", cast.acme.pk))


def test_assistant_asks_and_only_the_coach_signs(
    cast: Cast, visit: Visit, acting: Acting, hr: SponsorContact
) -> None:
    engagement = cast.carol_engagement.pk
    visit(cast.vera).post(
        url(cast, "disclosure_propose", engagement), {"level": "1", "contact": str(hr.pk)}
    )
    page = visit(cast.bob).get(url(cast, "disclosure", engagement))
    answers = {
        "name": "Bob Harbour",
        "agree": "on",
        "text_hash": page.context["sign_form"].initial["text_hash"],
    }
    for who in (cast.vera, cast.alice):
        assert visit(who).post(url(cast, "disclosure_sign", engagement), answers).status_code == 404
    unread = visit(cast.bob).post(
        url(cast, "disclosure_sign", engagement), answers | {"text_hash": "another"}
    )
    assert "The text has changed" in unread.content.decode()
    visit(cast.bob).post(url(cast, "disclosure_sign", engagement), answers)
    with acting(cast.bob):
        signature = DisclosureSignature.objects.get()
        assert (signature.party, signature.signed_from) == ("coach", "127.0.0.1")
