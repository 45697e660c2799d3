"""The last two answers come at the same moment: one session is booked, and nobody gets an error."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from coachops.tenancy.scope import scope
from scheduling.models import Claim, Poll, Session
from scheduling.policies.polls import PollRefused
from tests.cast import build_cast
from tests.scheduling.conftest import build_desk
from tests.scheduling.three_ways import ALL, ask


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_once_book_once() -> None:
    with transaction.atomic():
        question = ask(build_desk(build_cast()))
    gate = Barrier(2)

    def answer(name: str) -> str:
        gate.wait()
        try:
            with transaction.atomic():
                return question.answer(name, *ALL).state
        except PollRefused as refused:
            return refused.reason
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        states = list(pool.map(answer, ["Carol", "Stella"]))
    assert sorted(states) == [Poll.State.BOOKED, Poll.State.OPEN]
    with scope(question.desk.cast.bob.scope()), transaction.atomic():
        session = Session.objects.get()
        assert Poll.objects.get().session_id == session.pk
        claims = Claim.objects.exclude(state=Claim.State.RELEASED)
        assert [each.session_id for each in claims] == [session.pk]
