"""A form whose e-mails are read before it is sent; looking does nothing."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from coachops.outbox.engine import drain
from coachops.outbox.models import Message, MessageState
from coachops.outbox.queue import enqueue
from coachops.practices.models import Membership
from coachops.tenancy.scope import scope, system_scope
from tests.cast import Cast, Person

type Visit = Callable[[Person], Browser]

INVITE = "/coach/harbour/members/invite/"
NORA = {"email": "nora@harbour.example", "name": "Nora", "roles": ["coach"]}


def test_mail_is_drawn_and_the_form_is_still_to_be_sent(cast: Cast, visit: Visit) -> None:
    alice = visit(cast.alice)
    page = alice.post(INVITE, NORA | {"look": "1"}).content.decode()
    assert "Join Harbour in CoachOps" in page
    assert 'sandbox="allow-same-origin"' in page
    assert 'value="nora@harbour.example"' in page
    assert 'name="look"' not in page
    assert "is on its way" not in page
    with scope(system_scope(cast.practice.pk)):
        assert not Membership.objects.filter(user__email=NORA["email"]).exists()
    drain()
    assert mail.outbox == []
    sent = alice.post(INVITE, NORA, follow=True).content.decode()
    assert "is on its way" in sent
    drain()
    assert [each.to for each in mail.outbox] == [[NORA["email"]]]


def test_form_with_a_mistake_comes_back_as_it_does_when_sent(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.alice).post(INVITE, NORA | {"look": "1", "email": "nobody"})
    assert answer.status_code == 422
    assert b'name="email"' in answer.content


def test_what_cannot_be_done_is_said_instead(cast: Cast, visit: Visit) -> None:
    alice, address = visit(cast.alice), f"/coach/harbour/members/{cast.bob.membership.pk}/"
    looked = alice.post(f"{address}invite-again/", {"look": "1"}, follow=True)
    assert b"Nobody would get an e-mail now." in looked.content


@pytest.mark.parametrize(
    ("kind", "status"), [("practices.invitation", 200), ("tracking.summary.shared", 404)]
)
def test_owner_reads_again_what_asks_and_nothing_else(
    cast: Cast, visit: Visit, kind: str, status: int
) -> None:
    alice, now = visit(cast.alice), timezone.now()
    alice.post(INVITE, NORA)
    with scope(system_scope(cast.practice.pk)):
        member = Membership.objects.get(user__email=NORA["email"])
        to = str(NORA["email"])
        lost = enqueue(kind=kind, key="lost", due_at=now, subject_id=member.pk, recipient=to)
        Message.objects.filter(pk=lost).update(state=MessageState.DEAD)
    shown = alice.get("/coach/harbour/undelivered/").content.decode()
    assert ("Preview" in shown) is (status == 200)
    answer = alice.post(f"/coach/harbour/undelivered/{lost}/again/", {"look": "1"})
    assert answer.status_code == status
    with scope(system_scope(cast.practice.pk)):
        assert Message.objects.get(pk=lost).state == MessageState.DEAD
