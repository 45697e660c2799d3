"""Three signatures open a level; the client closes it alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.utils import timezone

from clients.documents import consent_facts, consent_hash, consent_text
from clients.models import DisclosureProposal, DisclosureSignature, Engagement, SponsorContact
from clients.policies import DisclosureRefused, Party, Refusal
from clients.services import disclosure
from clients.services.disclosure import Evidence
from coachops.audit.models import AuditEvent
from coachops.outbox.engine import drain
from tests.cast import Cast, Person

Acting = Callable[[Person], AbstractContextManager[object]]
EVIDENCE = Evidence(address="192.0.2.7", user_agent="Test browser")


def propose(cast: Cast, contact: SponsorContact, level: int = 2) -> DisclosureProposal:
    return disclosure.propose(
        engagement=cast.carol_engagement, level=level, contact=contact, now=timezone.now()
    )


def sign(proposal: DisclosureProposal, *parties: Party) -> None:
    for party in parties:
        text = consent_text(consent_facts(proposal, proposal.engagement, "Harbour"), party)
        disclosure.sign(
            proposal=proposal,
            party=party,
            name=f"The {party}",
            consent_text=text,
            evidence=EVIDENCE,
            now=timezone.now(),
        )


def level_of(cast: Cast) -> int | None:
    return Engagement.objects.get(pk=cast.carol_engagement.pk).disclosure_level


@pytest.mark.parametrize("last", list(Party))
def test_level_opens_with_the_third_signature(
    cast: Cast, hr: SponsorContact, acting: Acting, last: Party
) -> None:
    with acting(cast.bob):
        proposal = propose(cast, hr)
        sign(proposal, *(party for party in Party if party != last))
        assert level_of(cast) is None
        sign(proposal, last)
        assert level_of(cast) == 2
        assert proposal.reload().state == DisclosureProposal.State.SIGNED


def test_signature_keeps_text_hash_and_evidence(
    cast: Cast, hr: SponsorContact, acting: Acting
) -> None:
    with acting(cast.bob):
        sign(propose(cast, hr), Party.CLIENT)
        kept = DisclosureSignature.objects.get()
        assert "Carol Harbour can lower or close it" in kept.consent_text
        assert kept.consent_hash == consent_hash(kept.consent_text)
        assert (kept.signed_name, kept.signed_from, kept.user_agent) == (
            "The client",
            "192.0.2.7",
            "Test browser",
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            DisclosureSignature.objects.update(signed_name="Somebody else")


def test_nobody_signs_twice_or_after_the_end(
    cast: Cast, hr: SponsorContact, acting: Acting
) -> None:
    with acting(cast.bob):
        proposal = propose(cast, hr)
        sign(proposal, Party.COACH)
        with pytest.raises(DisclosureRefused) as twice:
            sign(proposal, Party.COACH)
        disclosure.withdraw(proposal=proposal, now=timezone.now())
        with pytest.raises(DisclosureRefused) as late:
            sign(proposal, Party.CLIENT)
    assert twice.value.reason == Refusal.ALREADY_SIGNED
    assert late.value.reason == Refusal.NOT_OPEN


def test_client_lowers_alone_and_takes_back_what_waits(
    cast: Cast, hr: SponsorContact, acting: Acting
) -> None:
    with acting(cast.bob):
        sign(propose(cast, hr), *Party)
        waiting = propose(cast, hr, level=3)
    with acting(cast.carol):
        disclosure.lower(engagement=cast.carol_engagement, level=None, now=timezone.now())
        assert level_of(cast) is None
        assert waiting.reload().state == DisclosureProposal.State.WITHDRAWN
        assert AuditEvent.objects.filter(event="disclosure.lowered").count() == 1
    mail.outbox.clear()
    drain()
    assert not [sent for sent in mail.outbox if sent.to == [hr.email]]


def test_raising_again_needs_all_three_again(
    cast: Cast, hr: SponsorContact, acting: Acting
) -> None:
    with acting(cast.bob):
        sign(propose(cast, hr, level=1), *Party)
        proposal = propose(cast, hr, level=2)
        sign(proposal, Party.COACH, Party.SPONSOR)
        assert level_of(cast) == 1


def test_all_three_are_asked_by_mail_without_content(
    cast: Cast, hr: SponsorContact, acting: Acting
) -> None:
    with acting(cast.bob):
        proposal = propose(cast, hr)
    drain()
    assert {sent.to[0] for sent in mail.outbox} == {
        "carol@harbour.example",
        "bob@harbour.example",
        "sam@harbour.example",
    }
    to_sponsor = next(sent for sent in mail.outbox if sent.to == [hr.email])
    assert "Carol" not in to_sponsor.body + to_sponsor.subject
    assert "/l/" in to_sponsor.body
    with acting(cast.bob):
        sign(proposal, Party.COACH)
        later = timezone.now() + timedelta(minutes=5)
        assert disclosure.remind(proposal=proposal, now=later) == 2


def test_contact_from_elsewhere_or_the_client_cannot_sign(
    cast: Cast, hr: SponsorContact, acting: Acting
) -> None:
    with acting(cast.bob):
        SponsorContact.objects.filter(pk=hr.pk).update(email=cast.carol_client.email)
        with pytest.raises(DisclosureRefused) as herself:
            propose(cast, SponsorContact.objects.get(pk=hr.pk))
        with pytest.raises(DisclosureRefused) as self_paying:
            disclosure.propose(
                engagement=cast.dave_engagement, level=0, contact=hr, now=timezone.now()
            )
    assert herself.value.reason == Refusal.CONTACT_IS_THE_CLIENT
    assert self_paying.value.reason == Refusal.SELF_PAYING
