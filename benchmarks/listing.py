"""What listing four weeks of bookable times costs with a long history: CPU and statements.

Measured on the application's side, database driver included, for one coach with 1,000 and with
10,000 bookings behind and ahead of them. Needs DATABASE_URL of a migrated database; everything is
written in one transaction that is rolled back.
"""

from datetime import UTC, datetime, timedelta
from random import Random
from time import process_time
from uuid import uuid4

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks.result import Result
from coachops.practices.models import Membership, Practice, User
from coachops.practices.roles import Audience, Role
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Claim, Offering
from scheduling.queries.slots import epoch, offered_starts
from scheduling.services.offerings import create_offering
from scheduling.slots import Window

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
FOUR_WEEKS = 28 * 86_400
ROUNDS, REPEATS = 5, 20
CPU_MS, STATEMENTS, GROWTH = 5.0, 4, 1.5
AHEAD_DAYS, SLOTS_A_DAY = 28, 5


def measure() -> list[Result]:
    """CPU milliseconds and statements of one listing, and its growth with ten times the history."""
    with transaction.atomic():
        practice_id = uuid7()
        with scope(system_scope(practice_id)):
            offering, resource = _coach(practice_id)
            _book(resource, 1_000)
            cpu = _listing(offering)
            statements = _statements(offering)
            _book(resource, 10_000, already=1_000)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE scheduling_claim")
            cpu_long = _listing(offering)
        transaction.set_rollback(True)
    growth = round(cpu_long / cpu, 2)
    return [
        Result("listing, 1,000 bookings: CPU", cpu, "ms", CPU_MS, cpu <= CPU_MS),
        Result("listing: statements", statements, "", STATEMENTS, statements <= STATEMENTS),
        Result("listing, 10,000 bookings: CPU", cpu_long, "ms", CPU_MS, cpu_long <= CPU_MS),
        Result("listing, 10,000 beside 1,000", growth, "x", GROWTH, growth <= GROWTH),
    ]


def _coach(practice_id: object) -> tuple[Offering, object]:
    practice = Practice.objects.create(
        id=practice_id, name="Bench", slug=f"bench-{uuid4().hex[:8]}", time_zone="Europe/Berlin"
    )
    user = User.objects.create(
        email=f"{uuid4().hex}@bench.example", name="Bench", time_zone="Europe/Berlin"
    )
    coach = Membership.objects.create(
        practice=practice, user=user, audience=Audience.STAFF, roles=[Role.COACH], name="Bench"
    )
    offering = create_offering(
        coach=coach,
        name="Session",
        kind=Offering.Kind.INDIVIDUAL,
        bookers=Offering.Bookers.CLIENTS,
        now=NOW,
        duration=50,
        max_per_day=6,
    )
    return offering, user.pk


def _book(resource: object, count: int, already: int = 0) -> None:
    """Some four weeks ahead, the rest in the years before; no two at once."""
    chance = Random(count)  # noqa: S311 -- the same data every time
    claims = []
    if not already:
        claims = [
            NOW.replace(hour=9) + timedelta(days=day, hours=slot)
            for day in range(AHEAD_DAYS)
            for slot in chance.sample(range(8), SLOTS_A_DAY)
        ]
    behind = already or len(claims)
    claims += [NOW - timedelta(hours=2 * number + 2) for number in range(behind, count)]
    Claim.objects.bulk_create(
        [
            Claim(
                resource_id=resource,
                starts_at=start,
                ends_at=start + timedelta(minutes=50),
                buffer_after=10,
                state=Claim.State.CONFIRMED,
            )
            for start in claims
        ],
        batch_size=2_000,
    )


def _listing(offering: Offering) -> float:
    """CPU of this process for one listing, in milliseconds: the quietest of several rounds."""
    window = Window(epoch(NOW), epoch(NOW) + FOUR_WEEKS)
    rounds = []
    for _ in range(ROUNDS):
        began = process_time()
        for _ in range(REPEATS):
            offered_starts(offering, window, NOW)
        rounds.append((process_time() - began) / REPEATS)
    return round(min(rounds) * 1_000, 2)


def _statements(offering: Offering) -> int:
    window = Window(epoch(NOW), epoch(NOW) + FOUR_WEEKS)
    with CaptureQueriesContext(connection) as captured:
        offered_starts(offering, window, NOW)
    return len(captured)
