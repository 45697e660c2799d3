"""Records of clients and companies."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from clients.access import engagements_for_sponsor
from clients.models import Client, CoachAssignment, SponsorContact
from clients.queries.clients import employer_of_address
from clients.queries.safes import safe_of
from clients.services import clients, sponsors
from coachops.audit.models import AuditEvent
from coachops.outbox.engine import drain
from tests.cast import Cast, Person

Acting = Callable[[Person], AbstractContextManager[object]]


def add(cast: Cast, email: str = "new@people.example") -> Client:
    return clients.add_client(
        name="New Person",
        email=email,
        time_zone="Europe/Oslo",
        coach=cast.bob.membership,
        now=timezone.now(),
        employer="Somewhere",
    )


def test_added_client_has_a_key_a_coach_and_an_audit_row(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob):
        client = add(cast)
        assert safe_of(client.pk)
        assert CoachAssignment.objects.get(client=client).coach_id == cast.bob.membership.pk
        assert AuditEvent.objects.filter(event="client.added", subject_id=client.pk).exists()
    drain()
    assert mail.outbox == []


def test_address_is_taken_only_inside_the_practice(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob):
        add(cast, cast.erin_client.email)
        with pytest.raises(clients.EmailTaken):
            add(cast, cast.carol_client.email.upper())


def test_invitation_opens_the_portal_and_says_where(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob):
        client = add(cast)
        membership = clients.invite_client(client=client, now=timezone.now())
        clients.invite_client(client=client, now=timezone.now())
        assert membership.roles == ["client"]
        assert client.reload().membership_id == membership.pk
    drain()
    (sent,) = mail.outbox
    assert (sent.to, sent.reply_to) == (["new@people.example"], ["bob@harbour.example"])
    assert "/portal/harbour/" in sent.body


def test_address_of_an_invited_client_cannot_be_changed(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob), pytest.raises(clients.EmailIsSignIn):
        clients.edit_client(
            client=cast.carol_client,
            by=cast.bob.membership,
            email="bob.private@people.example",
            now=timezone.now(),
        )


def test_employer_mail_is_noticed(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob):
        assert employer_of_address(cast.carol_client) == ""
        sponsors.edit_organisation(
            organisation=cast.acme, name="Acme", mail_domain="harbour.example", now=timezone.now()
        )
        assert employer_of_address(cast.carol_client) == "Acme"
        assert employer_of_address(cast.dave_client) == ""


def test_contact_who_is_also_a_client_never_sees_their_own(cast: Cast, acting: Acting) -> None:
    with acting(cast.alice):
        contact = sponsors.add_contact(
            organisation=cast.acme,
            kind=SponsorContact.Kind.SPONSOR,
            name="Carol",
            email=cast.carol.user.email,
            now=timezone.now(),
        )
        carol = Person(
            cast.carol.user, sponsors.invite_contact(contact=contact, now=timezone.now())
        )
    for person, seen in ((carol, []), (cast.sam, [cast.carol_engagement])):
        with acting(person):
            request: Any = SimpleNamespace(membership=person.membership, user=person.user)
            assert list(engagements_for_sponsor(request)) == seen


def test_two_companies_or_people_of_one_name_are_refused(cast: Cast, acting: Acting) -> None:
    with acting(cast.alice):
        with pytest.raises(sponsors.NameTaken):
            sponsors.add_organisation(name="ACME", now=timezone.now())
        with pytest.raises(sponsors.EmailTaken):
            sponsors.add_contact(
                organisation=cast.acme,
                kind="sponsor",
                name="Sam again",
                email=cast.sam.user.email,
                now=timezone.now(),
            )
