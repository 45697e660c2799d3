"""Twenty people want one slot: one gets it, nineteen get the next best times, nobody an error."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client as Browser

from coachops.tenancy.scope import scope
from scheduling.models import Claim, Session
from tests.cast import build_cast
from tests.scheduling.conftest import build_desk

RACERS = 20
AT = "20261124T0900Z"


@pytest.mark.django_db(transaction=True)
def test_twenty_people_race_for_one_slot() -> None:
    with transaction.atomic():
        desk = build_desk(build_cast())
    gate = Barrier(RACERS)

    def race(number: int) -> tuple[int, str]:
        data = {
            "at": AT,
            "zone": "Europe/Berlin",
            "booking_key": str(uuid4()),
            "name": f"Racer {number}",
            "email": f"racer{number}@new.example",
        }
        gate.wait()
        try:
            answer = Browser().post("/book/harbour/chemistry-call/", data)
            return answer.status_code, answer.content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(RACERS) as pool:
        answers = list(pool.map(race, range(RACERS)))
    assert sorted(status for status, _ in answers) == [302, *[409] * (RACERS - 1)]
    for status, page in answers:
        assert status == 302 or "These are the nearest that are free" in page
    with scope(desk.cast.bob.scope()), transaction.atomic():
        assert Session.objects.count() == Claim.objects.count() == 1
