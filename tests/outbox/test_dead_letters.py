import pytest

from coachops.outbox.engine import drain
from coachops.outbox.models import Message
from coachops.outbox.registry import Undeliverable
from coachops.outbox.services.dead_letters import NotGivenUp, dismiss, retry
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import Scope, scope
from tests.outbox.courier import NOW, ask, later, row


@pytest.fixture
def given_up(practice, courier) -> Message:
    ask(practice, "note")
    courier.troubles = [Undeliverable("no such mailbox")]
    drain(now=NOW)
    return row(practice, "note")


def owner_of(practice) -> Scope:
    return Scope(practice_id=practice, membership_id=uuid7(), roles=frozenset({"owner"}))


def test_retry_sends_it_and_works_once(practice, given_up, courier):
    owner = owner_of(practice)
    with scope(owner):
        retry(message_id=given_up.pk, now=later(minutes=1))
        with pytest.raises(NotGivenUp):
            retry(message_id=given_up.pk, now=later(minutes=1))
    drain(now=later(minutes=1))
    assert courier.delivered == ["note"]
    message = row(practice, "note")
    assert (message.state, message.decided_by) == ("sent", owner.membership_id)


def test_dismissed_it_rests(practice, given_up, courier):
    with scope(owner_of(practice)):
        dismiss(message_id=given_up.pk, now=NOW)
        assert not Message.objects.all().dead().exists()
    drain(now=later(days=1))
    assert courier.delivered == []


def test_another_practice_cannot_decide(given_up, other_practice):
    with scope(owner_of(other_practice)), pytest.raises(NotGivenUp):
        retry(message_id=given_up.pk, now=NOW)
