"""Another address on a record: what was out to the old one is out no longer, and it hears of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core import mail
from django.utils import timezone

from clients.models import Agreement, Client, DisclosureProposal, SponsorContact
from clients.services import clients, disclosure
from clients.services.agreements import reissue
from coachops.outbox.engine import drain
from coachops.practices.models import SignedLink
from tests.cast import Cast, Person
from tests.clients.agreements import draft, link_in, mail_to, proved, send

type Acting = Callable[[Person], AbstractContextManager[object]]

NEW = "bobs.own@people.example"


@pytest.fixture
def outside(cast: Cast, acting: Acting) -> Client:
    """Carol, who has no portal yet."""
    with acting(cast.bob):
        Client.objects.filter(pk=cast.carol_client.pk).update(membership=None)
        cast.carol_client.refresh_from_db()
        cast.carol_engagement.refresh_from_db()
    return cast.carol_client


def _change(cast: Cast, client: Client, acting: Acting) -> None:
    with acting(cast.bob):
        clients.edit_client(client=client, by=cast.bob.membership, email=NEW, now=timezone.now())


def test_nobody_signs_on_with_the_links_and_codes_of_before(
    cast: Cast, acting: Acting, outside: Client, hr: SponsorContact
) -> None:
    sent = send(cast, draft(cast, hr))
    drain()
    link = link_in(mail_to("carol@harbour.example"))
    browser = proved(link, "carol@harbour.example")
    _change(cast, outside, acting)
    drain()
    assert browser.get(link).status_code == 404
    with acting(cast.bob):
        agreement = Agreement.objects.get(pk=sent.agreement.pk)
        assert (agreement.state, agreement.void_reason) == (
            "void",
            "The address of the client was changed.",
        )
        subject = sent.signers[0].pk
        assert not SignedLink.objects.filter(subject_id=subject, revoked_at=None).exists()
        assert reissue(agreement=agreement, by=cast.bob.membership, now=timezone.now())
    assert not [each for each in mail.outbox if NEW in each.to and "/l/" in each.body]


def test_what_the_client_has_signed_already_stays(
    cast: Cast, acting: Acting, outside: Client, hr: SponsorContact
) -> None:
    sent = send(cast, draft(cast, hr))
    with acting(cast.bob):
        sent.signers[0].state = "signed"
        sent.signers[0].save()
    _change(cast, outside, acting)
    with acting(cast.bob):
        assert Agreement.objects.get(pk=sent.agreement.pk).state == "sent"


def test_what_the_company_may_see_is_no_longer_asked(
    cast: Cast, acting: Acting, outside: Client, hr: SponsorContact
) -> None:
    with acting(cast.bob):
        asked = disclosure.propose(
            engagement=cast.carol_engagement, level=1, contact=hr, now=timezone.now()
        )
    _change(cast, outside, acting)
    with acting(cast.bob):
        assert DisclosureProposal.objects.get(pk=asked.pk).state == "withdrawn"


def test_the_old_address_is_told_and_answers_reach_an_owner(
    cast: Cast, acting: Acting, outside: Client
) -> None:
    _change(cast, outside, acting)
    drain()
    (told,) = [each for each in mail.outbox if each.to == ["carol@harbour.example"]]
    assert told.subject == "Harbour no longer writes to this address"
    assert told.reply_to == ["alice@harbour.example"]
    assert NEW not in told.subject + told.body
