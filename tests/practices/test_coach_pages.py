"""Members and settings, by who looks at them."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coachops.audit.models import AuditEvent
from coachops.practices.models import Membership, Practice
from coachops.practices.roles import Audience, Role
from coachops.practices.services.members import ensure_membership
from tests.cast import Cast
from tests.practices.pictures import picture

HOME = "/coach/harbour/"
SETTINGS = {
    "name": "Harbour House",
    "time_zone": "Europe/Oslo",
    "brand_hue": "285",
    "postal_address": "1 Quay",
}


def test_everybody_at_work_sees_the_list_and_owners_manage_it(cast: Cast, visit: Callable) -> None:
    for person in (cast.bob, cast.ines, cast.vera):
        page = visit(person).get(f"{HOME}members/").content.decode()
        assert "Olga Harbour" in page
        assert "Invite somebody" not in page
    assert "Invite somebody" in visit(cast.alice).get(f"{HOME}members/").content.decode()


@pytest.mark.parametrize("path", ["members/invite/", "members/{bob}/", "settings/"])
def test_only_owners_open_what_changes_things(cast: Cast, visit: Callable, path: str) -> None:
    address = HOME + path.format(bob=cast.bob.membership.pk)
    assert visit(cast.alice).get(address).status_code == 200
    for person in (cast.bob, cast.vera, cast.ines, cast.carol, cast.sam, cast.mallory):
        assert visit(person).get(address).status_code == 404


@pytest.mark.parametrize("action", ["end/", "invite-again/"])
def test_only_owners_act(cast: Cast, visit: Callable, acting: Callable, action: str) -> None:
    address = f"{HOME}members/{cast.olga.membership.pk}/{action}"
    for person in (cast.bob, cast.vera, cast.mallory):
        assert visit(person).post(address).status_code == 404
    assert visit(cast.alice).get(address).status_code == 405
    with acting(cast.alice):
        assert Membership.objects.get(pk=cast.olga.membership.pk).ended_at is None


@pytest.mark.parametrize("person", ["mallory", "carol", "sam"])
def test_member_of_another_practice_or_door_is_not_found(
    cast: Cast, visit: Callable, person: str
) -> None:
    foreign = getattr(cast, person).membership.pk
    assert visit(cast.alice).get(f"{HOME}members/{foreign}/").status_code == 404


def test_ending_a_membership_closes_the_door_at_once(cast: Cast, visit: Callable) -> None:
    bob = visit(cast.bob)
    assert bob.get(f"{HOME}members/").status_code == 200
    answer = visit(cast.alice).post(f"{HOME}members/{cast.bob.membership.pk}/end/", follow=True)
    assert "Bob Harbour no longer has access" in answer.content.decode()
    assert bob.get(f"{HOME}members/").status_code == 404


def test_last_owner_is_told_why_not(cast: Cast, visit: Callable) -> None:
    address = f"{HOME}members/{cast.alice.membership.pk}/"
    alice = visit(cast.alice)
    page = alice.post(address, {"roles": ["coach"]})
    assert page.status_code == 422
    assert "keeps at least one owner" in page.content.decode()
    assert "keeps at least one owner" in alice.post(f"{address}end/", follow=True).content.decode()


def test_invitation_from_the_page(cast: Cast, visit: Callable, acting: Callable) -> None:
    values = {"name": "Nora", "email": "Nora@north.example", "roles": ["assistant"]}
    alice = visit(cast.alice)
    page = alice.post(f"{HOME}members/invite/", values)
    assert page.status_code == 422
    assert "Choose at least one coach" in page.content.decode()
    assert "Nora@north.example" in page.content.decode()
    values["works_for"] = [str(cast.bob.membership.pk)]
    page = alice.post(f"{HOME}members/invite/", values, follow=True)
    assert "The invitation to Nora is on its way" in page.content.decode()
    with acting(cast.alice):
        nora = Membership.objects.get(name="Nora")
    assert (nora.roles, nora.joined_at, nora.user.email) == (
        ["assistant"],
        None,
        "nora@north.example",
    )


def test_assistant_cannot_be_given_a_coach_of_another_practice(cast: Cast, visit: Callable) -> None:
    address = f"{HOME}members/{cast.vera.membership.pk}/"
    values = {"roles": ["assistant"], "works_for": [str(cast.mallory.membership.pk)]}
    assert visit(cast.alice).post(address, values).status_code == 422


def test_list_is_found_by_name_and_keeps_those_who_left(cast: Cast, visit: Callable) -> None:
    alice = visit(cast.alice)
    found = alice.get(f"{HOME}members/?q=olg").content.decode()
    assert "Olga Harbour" in found
    assert "Bob Harbour" not in found
    assert "Olga Harbour" in alice.get(f"{HOME}members/?q=%00olg").content.decode()
    alice.post(f"{HOME}members/{cast.olga.membership.pk}/end/")
    assert "Olga Harbour" in alice.get(f"{HOME}members/?show=former").content.decode()
    part = alice.get(
        f"{HOME}members/", headers={"HX-Request": "true", "HX-Target": "member-list"}
    ).content.decode()
    assert "<html" not in part
    assert "Bob Harbour" in part


def test_list_costs_the_same_with_more_members(
    cast: Cast, visit: Callable, acting: Callable
) -> None:
    alice = visit(cast.alice)
    alice.get(f"{HOME}members/")
    with CaptureQueriesContext(connection) as few:
        alice.get(f"{HOME}members/")
    with acting(cast.alice):
        for number in range(4):
            ensure_membership(
                email=f"m{number}@north.example",
                name=f"M {number}",
                audience=Audience.STAFF,
                roles=[Role.COACH],
                now=timezone.now(),
            )
    alice.get(f"{HOME}members/")
    with CaptureQueriesContext(connection) as many:
        alice.get(f"{HOME}members/")
    assert len(many) == len(few)


def test_settings_are_saved_and_audited(cast: Cast, visit: Callable, acting: Callable) -> None:
    alice = visit(cast.alice)
    logo = SimpleUploadedFile("x.png", picture("PNG"))
    page = alice.post(f"{HOME}settings/", {**SETTINGS, "logo": logo}, follow=True)
    assert "The settings are saved" in page.content.decode()
    with acting(cast.alice):
        practice = Practice.objects.get(pk=cast.practice.pk)
        event = AuditEvent.objects.get(event="practice.changed")
    assert (practice.name, practice.brand_hue) == ("Harbour House", 285)
    assert event.facts["fields"] == ["brand_hue", "name", "postal_address", "time_zone"]
    assert event.actor_user_id == cast.alice.user.pk
    assert practice.logo_url in page.content.decode()
    alice.post(f"{HOME}settings/", {**SETTINGS, "remove_logo": "on"})
    assert alice.get(practice.logo_url).status_code == 404


def test_second_factor_is_demanded_of_everybody_but_first_of_oneself(
    cast: Cast, visit: Callable
) -> None:
    page = visit(cast.alice).post(f"{HOME}settings/", {**SETTINGS, "requires_second_factor": "on"})
    assert page.status_code == 422
    assert "locked out too" in page.content.decode()


def test_members_without_a_second_factor_are_led_to_it(
    cast: Cast, visit: Callable, acting: Callable
) -> None:
    with acting(cast.alice):
        Practice.objects.filter(pk=cast.practice.pk).update(requires_second_factor=True)
    answer = visit(cast.bob).get(f"{HOME}members/")
    assert answer.headers["Location"] == "/accounts/2fa/"
