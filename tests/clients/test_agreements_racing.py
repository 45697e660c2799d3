"""Two clicks, or two people, at the same moment: one signature, and the next is asked once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.models import (
    AgreementSignature,
    AgreementSigner,
    DisclosureSignature,
    SponsorContact,
)
from clients.policies import AgreementRefused
from clients.services import disclosure
from coachops.outbox.engine import drain
from coachops.outbox.models import Message
from coachops.tenancy.scope import scope, system_scope
from tests.cast import build_cast
from tests.clients.agreements import draft, link_in, mail_to, send, sign


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_signature() -> None:
    with transaction.atomic():
        cast = build_cast()
        with scope(cast.bob.scope()):
            hr = SponsorContact.objects.get(email="sam@harbour.example")
        sent = send(cast, draft(cast, hr))
    client, sponsor, _coach = sent.signers
    gate = Barrier(3)

    def act(who: AgreementSigner) -> str:
        gate.wait()
        try:
            with transaction.atomic():
                sign(cast, who)
        except AgreementRefused as refused:
            return refused.reason
        finally:
            connection.close()
        return "signed"

    with ThreadPoolExecutor(3) as pool:
        answers = sorted(pool.map(act, [client, client, sponsor]))
    # The company's turn may come in the same moment, or just after it had asked.
    assert answers in (
        ["already_signed", "not_your_turn", "signed"],
        ["already_signed", "signed", "signed"],
    )
    with scope(system_scope(cast.practice.pk)), transaction.atomic():
        assert AgreementSignature.objects.filter(party="client").count() == 1
        asked = Message.objects.filter(
            key__startswith=f"agreement:{sent.agreement.pk}:{sponsor.pk}"
        )
        assert asked.filter(key__endswith=":1:0").count() == 1


@pytest.mark.django_db(transaction=True)
def test_both_of_two_clicks_on_a_link_are_thanked() -> None:
    with transaction.atomic():
        cast = build_cast()
        with scope(cast.bob.scope()):
            hr = SponsorContact.objects.get(email="sam@harbour.example")
            disclosure.propose(
                engagement=cast.carol_engagement, level=2, contact=hr, now=timezone.now()
            )
    drain()
    path, gate = link_in(mail_to("sam@harbour.example")), Barrier(2)
    asked = Browser().get(path).context["form"].initial["text_hash"]

    def click(_number: int) -> str:
        gate.wait()
        try:
            signature = {"name": "Sam Acme", "agree": "on", "text_hash": asked}
            return Browser().post(path, signature).content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert all("Signed, thank you" in page for page in pool.map(click, range(2)))
    with scope(cast.bob.scope()), transaction.atomic():
        assert DisclosureSignature.objects.count() == 1
