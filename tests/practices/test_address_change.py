"""Another address to sign in with: what follows it, and what dies with the old one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client, SponsorContact
from coachops.audit.models import AuditEvent
from coachops.outbox.engine import drain
from coachops.practices import purposes
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import Membership, SignedLink, User
from coachops.practices.roles import Audience, Role
from coachops.practices.services.links import create_link
from coachops.practices.services.members import end_membership, ensure_membership
from coachops.tenancy.models import uuid7
from tests.cast import Cast, Person

PASSWORD = "four words nobody guesses"
NEW = "somebody@private.example"
type Mails = Callable[[str], mail.EmailMultiAlternatives]
type Codes = Callable[[str], str]


@pytest.fixture
def change(newest_code: Codes) -> Callable[[Person], Browser]:
    """`change(person)` gives them the new address, as they would do it themself."""

    def changed(person: Person) -> Browser:
        cache.clear()
        user = person.user
        user.set_password(PASSWORD)
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        browser = Browser()
        browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
        browser.post("/accounts/email/", {"email": NEW, "action_add": "1"})
        browser.post("/accounts/confirm-email/", {"code": newest_code(NEW)})
        assert User.objects.get(pk=user.pk).email == NEW
        return browser

    return changed


def greet(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    return HttpResponse("welcome")


@pytest.fixture
def link_to(
    cast: Cast, acting: Callable, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, Person], str]:
    """The path of a link made out to an address, in the practice of that person."""
    monkeypatch.setattr(purposes, "_views", {"test.greet": greet})

    def made(recipient: str, maker: Person) -> str:
        with acting(maker):
            url = create_link(
                purpose="test.greet",
                subject_id=uuid7(),
                now=timezone.now(),
                valid_for=timedelta(days=1),
                recipient=recipient,
            )
        return url.removeprefix("http://localhost:8000")

    return made


def works(path: str) -> bool:
    return Browser().get(path).status_code == 200


def also_client_of_mallory(cast: Cast, acting: Callable) -> Membership:
    """Carol, who is coached in the other practice too."""
    with acting(cast.mallory):
        membership = ensure_membership(
            email=cast.carol.user.email,
            name="Carol",
            audience=Audience.CLIENT,
            roles=[Role.CLIENT],
            now=timezone.now(),
        )
        Client.objects.create(
            membership=membership, name="Carol", email=cast.carol.user.email, time_zone="UTC"
        )
    return membership


def test_links_to_the_old_address_die_in_every_practice(
    cast: Cast, acting: Callable, change: Callable, link_to: Callable
) -> None:
    also_client_of_mallory(cast, acting)
    old = cast.carol.user.email
    hers = [link_to(old, cast.bob), link_to(old.title(), cast.bob), link_to(old, cast.mallory)]
    not_hers = link_to(cast.dave.user.email, cast.bob)
    assert all(map(works, [*hers, not_hers]))
    change(cast.carol)
    assert not any(map(works, hers))
    assert works(not_hers)


def test_records_of_the_client_follow_in_every_practice(
    cast: Cast, acting: Callable, change: Callable
) -> None:
    elsewhere = also_client_of_mallory(cast, acting)
    change(cast.carol)
    with acting(cast.bob):
        assert Client.objects.get(pk=cast.carol_client.pk).email == NEW
        assert Client.objects.get(pk=cast.dave_client.pk).email == cast.dave.user.email
        events = AuditEvent.objects.filter(actor_user_id=cast.carol.user.pk)
        assert set(events.values_list("event", "subject_id")) == {
            ("member.address_changed", cast.carol.membership.pk),
            ("client.address_followed", cast.carol_client.pk),
        }
        assert NEW not in str(list(events.values("facts")))
    with acting(cast.mallory):
        assert Client.objects.get(membership=elsewhere).email == NEW


def test_record_of_a_companys_contact_follows(
    cast: Cast, acting: Callable, change: Callable
) -> None:
    change(cast.sam)
    with acting(cast.alice):
        assert SponsorContact.objects.get(membership=cast.sam.membership).email == NEW


def test_address_that_another_record_has_stays_there(
    cast: Cast, acting: Callable, change: Callable
) -> None:
    with acting(cast.bob):
        Client.objects.create(name="Twice", email=NEW, time_zone="UTC")
    change(cast.carol)
    with acting(cast.bob):
        assert Client.objects.get(pk=cast.carol_client.pk).email == cast.carol.user.email
        assert AuditEvent.objects.filter(event="client.address_kept").count() == 1


def test_practice_that_somebody_has_left_does_not_learn_the_address(
    cast: Cast, acting: Callable, change: Callable, link_to: Callable
) -> None:
    path = link_to(cast.carol.user.email, cast.bob)
    with acting(cast.alice):
        end_membership(membership=cast.carol.membership, now=timezone.now())
    change(cast.carol)
    with acting(cast.bob):
        assert Client.objects.get(pk=cast.carol_client.pk).email == cast.carol.user.email
    assert not works(path)


def test_old_address_is_told_and_what_to_do_about_it(
    cast: Cast, change: Callable, newest_mail: Mails
) -> None:
    old = cast.carol.user.email
    change(cast.carol)
    told = newest_mail(old)
    assert "Your e-mail address was changed" in told.subject
    assert "whoever runs the practice" in told.body
    assert "sign in at once" not in told.body, "nobody can with that address"
    assert NEW not in told.body
    assert NEW not in str(told.alternatives)


def test_other_notices_still_say_to_sign_in(
    cast: Cast, change: Callable, newest_mail: Mails
) -> None:
    browser = change(cast.carol)
    new = "other words for tomorrow"
    browser.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert "sign in at once" in newest_mail(NEW).body


def test_address_changes_only_after_the_password_was_given_again(
    cast: Cast, visit: Callable
) -> None:
    cast.carol.user.set_password(PASSWORD)
    cast.carol.user.save()
    answer = visit(cast.carol).post("/accounts/email/", {"email": NEW, "action_add": "1"})
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    drain()
    assert mail.outbox == []


def test_first_confirmed_address_changes_nothing(
    cast: Cast, acting: Callable, newest_code: Codes, link_to: Callable
) -> None:
    cache.clear()
    path = link_to(cast.carol.user.email, cast.bob)
    browser = Browser()
    browser.post("/accounts/login/code/", {"email": cast.carol.user.email})
    browser.post("/accounts/login/code/confirm/", {"code": newest_code(cast.carol.user.email)})
    assert works(path)
    with acting(cast.bob):
        assert not AuditEvent.objects.filter(event="member.address_changed").exists()


def test_an_open_browser_is_not_enough_to_take_an_account_away(
    cast: Cast, newest_code: Codes
) -> None:
    carol = cast.carol.user
    EmailAddress.objects.create(user=carol, email=carol.email, verified=True, primary=True)
    browser = Browser()
    browser.post("/accounts/login/code/", {"email": carol.email})
    browser.post("/accounts/login/code/confirm/", {"code": newest_code(carol.email)})
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        asked = browser.post("/accounts/email/", {"email": NEW, "action_add": "1"})
    assert "First, is it you?" in asked.content.decode()
    assert not EmailAddress.objects.filter(email=NEW).exists()
    there = browser.post("/accounts/email/prove/")
    assert there.headers["Location"] == "/accounts/login/?next=/accounts/email/&ended=prove"
    assert "code to your present address" in browser.get(there.headers["Location"]).content.decode()
