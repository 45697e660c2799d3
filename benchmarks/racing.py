"""Twenty people want one slot, a hundred times over: how many get it, and what the others hear.

Each round is twenty threads with connections of their own that post the public booking page at the
same moment. Needs DATABASE_URL of a migrated database that may be written to; the practice that is
made for it is left behind under a name of its own.
"""

import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from statistics import median
from threading import Barrier
from time import perf_counter
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.test import Client

from benchmarks.result import Result
from coachops.practices.models import Membership, Practice, User
from coachops.practices.roles import Audience, Role
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Claim, Offering
from scheduling.queries.picker import write_at
from scheduling.queries.slots import open_starts
from scheduling.services.offerings import create_offering

ROUNDS, RACERS = 100, 20
WON, TOO_LATE = 302, 409


def measure() -> list[Result]:
    """Rounds with other than one winner, answers that are errors, and what a round took."""
    logging.getLogger("django.request").setLevel(logging.ERROR)
    practice_id, slug = uuid7(), f"race-{uuid4().hex[:8]}"
    starts = _practice(practice_id, slug)
    statuses: Counter[int] = Counter()
    wrong, seconds = 0, []
    with ThreadPoolExecutor(RACERS) as pool:
        for number, start in enumerate(starts[:ROUNDS]):
            began = perf_counter()
            answers = _round(pool, slug, start, number)
            seconds.append(perf_counter() - began)
            statuses.update(answers)
            wrong += answers.count(WON) != 1
    errors = sum(count for status, count in statuses.items() if status not in {WON, TOO_LATE})
    with transaction.atomic(), scope(system_scope(practice_id)):
        doubles = abs(Claim.objects.count() - len(starts[:ROUNDS]))
    took = round(median(seconds) * 1_000, 1)
    return [
        Result(f"race, {RACERS} people, {ROUNDS} rounds: not one winner", wrong, "", 0, wrong == 0),
        Result("race: bookings too many or too few", doubles, "", 0, doubles == 0),
        Result("race: answers that are errors", errors, "", 0, errors == 0),
        Result("race: median round", took, "ms", 12_000, took <= 12_000),
    ]


def _practice(practice_id: UUID, slug: str) -> list[datetime]:
    """A practice with one offering; the starts that are raced for, far enough apart."""
    now = datetime.now(UTC)
    with transaction.atomic(), scope(system_scope(practice_id)):
        practice = Practice.objects.create(id=practice_id, name=slug, slug=slug, time_zone="UTC")
        user = User.objects.create(email=f"{slug}@bench.example", name="Coach", time_zone="UTC")
        coach = Membership.objects.create(
            practice=practice, user=user, audience=Audience.STAFF, roles=[Role.COACH], name="Coach"
        )
        offering = create_offering(
            coach=coach,
            name="Race",
            kind=Offering.Kind.CHEMISTRY,
            bookers=Offering.Bookers.ANYBODY,
            now=now,
            duration=30,
            buffer_after=0,
            horizon_days=60,
        )
        starts = open_starts(offering, now)
    return [start for start in starts if start > now + timedelta(days=2)]


def _round(pool: ThreadPoolExecutor, slug: str, start: datetime, round_number: int) -> list[int]:
    """Everybody is somebody new, on a network of their own: the limits on guests stay out of it."""
    gate, network = Barrier(RACERS), int(slug[-2:], 16)

    def race(number: int) -> int:
        data = {
            "at": write_at(start),
            "zone": "Europe/Berlin",
            "booking_key": str(uuid4()),
            "name": f"Racer {number}",
            "email": f"{slug}-{round_number}-{number}@bench.example",
        }
        gate.wait()
        try:
            browser = Client(REMOTE_ADDR=f"10.{network}.{round_number}.{number + 1}")
            address = f"/book/{slug}/race/"
            return browser.post(address, data, headers={"host": "localhost"}).status_code
        finally:
            connection.close()

    return list(pool.map(race, range(RACERS)))
