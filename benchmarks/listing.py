"""What listing four weeks of bookable times costs, beside django-appointment in the same run.

One coach a case, Monday to Friday from nine to five, with nothing ahead and 0 to 10,000 bookings
behind; with five bookings a day ahead; and with 10,000 of two minutes inside the four weeks, where
the offering has no limit a day and where it has one. The peer is installed from its lock file, has
the same data in a database of its own on the same server, and lists the days as its own page does,
one request a day. Ours is the listing function, and beside it the whole booking page.

Processor time of each side's process, database driver included, sampled in turns; the smallest of
many samples counts. Growth is the dearest history beside none and has to be 1.0. Two coaches
without any show in the same run by how much equal things differ; a twentieth is left for that.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from time import process_time
from uuid import UUID

from django.db import transaction
from django.test import Client
from django.utils import timezone

from benchmarks.coaches import new_coach, new_offering, new_practice
from benchmarks.filled import analyse
from benchmarks.histories import DAYS, ZONE, Case, ahead, behind, inside
from benchmarks.peers.process import Peer, Sample, running
from benchmarks.result import Result, at_least, at_most, told
from benchmarks.statements import statements_of
from coachops.launch.failure import LaunchError
from coachops.practices.models import Practice
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Claim, Offering
from scheduling.queries.slots import epoch, offered_starts
from scheduling.slots import Window

ROUNDS, LISTINGS = 12, 12
HISTORIES = (0, 100, 1_000, 10_000)
PEER = "django-appointment"
NONE, TWIN, AHEAD, INSIDE = "0 behind", "0 behind too", "100 ahead", "10,000 inside"
LIMITED = "10,000 inside, with a limit"
OURS_ALONE = (TWIN, LIMITED)
CPU_MS, INSIDE_MS, STATEMENTS = 5.0, 20.0, 4
GROWTH, LESS_CPU = 1.05, 50.0
BATCH = 2_000


@dataclass(slots=True)
class Ours:
    """One coach's calendar and the smallest samples of it."""

    case: Case
    offering: Offering
    listing: float = float("inf")
    page: float = float("inf")
    found: int = 0
    theirs: list[Sample] = field(default_factory=list)

    def least(self, what: str) -> float:
        """The smallest of a field of the peer's samples."""
        return float(min(getattr(sample, what) for sample in self.theirs))


def measure() -> list[Result]:
    """Ours alone where the peer cannot be installed, and a line that says so and does not hold."""
    world = World(timezone.now())
    try:
        with running(world.data(), str(ZONE)) as peer:
            world.sample(peer)
    except LaunchError as error:
        print(error)
        world.sample(None)
        return [*world.results(), Result(str(error), 0, "", 1, False)]
    return [*world.results(), *world.beside()]


def cases(first: date) -> list[Case]:
    return [
        *(Case(f"{number:,} behind", behind(first, number)) for number in HISTORIES),
        Case(TWIN, ()),
        Case(AHEAD, behind(first, 9_900) + ahead(first)),
        Case(INSIDE, inside(first, 10_000), minutes=2),
        Case(LIMITED, inside(first, 10_000), minutes=2),
    ]


class World:
    """A practice with one coach a case."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._first = timezone.localdate(now, ZONE) + timedelta(days=1)
        start = datetime.combine(self._first, time(), ZONE)
        end = datetime.combine(self._first + timedelta(days=DAYS), time(), ZONE)
        self._window = Window(epoch(start), epoch(end))
        with new_practice(str(ZONE)) as practice:
            self._practice = practice
            self.coaches = {case.name: self._coach(practice, case) for case in cases(self._first)}
        analyse(os.environ["DATABASE_OWNER_URL"])

    def _coach(self, practice: Practice, case: Case) -> Ours:
        coach = new_coach(practice)
        write_claims(coach.user_id, case)
        limit = {"max_per_day": 500} if case.name == LIMITED else {}
        return Ours(case, new_offering(coach, self._now, **limit))

    def data(self) -> dict[str, object]:
        """The same for the peer."""
        told_cases = {
            name: {
                "starts": [s.isoformat() for s in ours.case.starts],
                "minutes": ours.case.minutes,
            }
            for name, ours in self.coaches.items()
            if name not in OURS_ALONE
        }
        return {"first": self._first.isoformat(), "days": DAYS, "cases": told_cases}

    def sample(self, peer: Peer | None) -> None:
        """All cases of both sides in turns; those in which the peer needs seconds once."""
        for number in range(ROUNDS):
            for name, ours in self.coaches.items():
                with self._scope():
                    for _ in range(LISTINGS):
                        ours.listing = min(ours.listing, milliseconds(partial(self._list, ours)))
                ours.page = min(ours.page, milliseconds(partial(self._open, ours)))
                if peer is not None and self._is_asked(name, number):
                    ours.theirs.append(peer.sample(name))

    def _is_asked(self, name: str, number: int) -> bool:
        return name not in OURS_ALONE and (name != INSIDE or number == 0)

    @contextmanager
    def _scope(self) -> Iterator[None]:
        with transaction.atomic(), scope(system_scope(self._practice.pk)):
            yield

    def _list(self, ours: Ours) -> None:
        ours.found = len(offered_starts(ours.offering, self._window, self._now))

    def _open(self, ours: Ours) -> None:
        address = f"/book/{self._practice.slug}/{ours.offering.slug}/"
        answer = Client(headers={"host": "localhost"}).get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")

    def _statements(self) -> int:
        def list_all() -> None:
            with self._scope():
                self._list(self.coaches[AHEAD])

        return len(statements_of(list_all))

    def results(self) -> list[Result]:
        """Ours, held to our own bounds."""
        lines = []
        for name, ours in self.coaches.items():
            bound = INSIDE_MS if name in {INSIDE, LIMITED} else CPU_MS
            lines.append(at_most(f"listing, {name}: CPU", ours.listing, "ms", bound))
            lines.append(told(f"booking page, {name}: CPU", ours.page, "ms"))
        return [
            *lines,
            at_most("listing: statements", self._statements(), "", STATEMENTS),
            *self._growth(),
        ]

    def _growth(self) -> list[Result]:
        """Beside the dearer of the two equal ones: what they differ by is no growth."""
        equal = [self.coaches[name].listing for name in (NONE, TWIN)]
        longer = (self.coaches[f"{number:,} behind"].listing for number in HISTORIES if number)
        growth = max(longer) / max(equal)
        return [
            told(
                "listing, two without history: dearer beside cheaper", max(equal) / min(equal), "x"
            ),
            at_most("listing, dearest history beside none", growth, "x", GROWTH),
        ]

    def beside(self) -> list[Result]:
        """The peer, how many times as much it needs, and whether it found the same."""
        coaches = [ours for name, ours in self.coaches.items() if name not in OURS_ALONE]
        different = sum(ours.found != ours.least("found") for ours in coaches)
        usual = self.coaches[AHEAD]
        return [
            *(line for ours in coaches for line in _beside(ours)),
            told(f"{PEER}, {AHEAD}: CPU of its function alone", usual.least("function"), "ms"),
            told(f"{PEER}, {AHEAD}: statements", usual.least("statements"), ""),
            at_most("cases in which the two find other times", different, "", 0),
        ]


def _beside(ours: Ours) -> list[Result]:
    """The function that our pages list with, against the requests that its page lists with."""
    name, view = ours.case.name, ours.least("view")
    times = view / ours.listing
    text = f"listing, {name}: times less CPU than the peer"
    return [
        told(f"{PEER}, {name}: CPU of {DAYS} requests", view, "ms"),
        told(text, times, "x") if name == INSIDE else at_least(text, times, "x", LESS_CPU),
        told(f"booking page, {name}: times less CPU than the peer", view / ours.page, "x"),
    ]


def milliseconds(run: Callable[[], object]) -> float:
    began = process_time()
    run()
    return (process_time() - began) * 1_000


def write_claims(resource: UUID, case: Case) -> None:
    """Confirmed, as bookings leave them."""
    Claim.objects.bulk_create(
        [
            Claim(resource_id=resource, starts_at=start, ends_at=end, state=Claim.State.CONFIRMED)
            for start, end in case.between()
        ],
        batch_size=BATCH,
    )
