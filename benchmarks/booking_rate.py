"""How many bookings a second two cores take, on a server that writes every commit to the disk.

Two processes of four threads, as the web server has them, call the booking service, each thread
across five coaches. PostgreSQL runs as `make run` has it (fsync and synchronous commit on), not as
the throw-away server of the other benchmarks. First guests book talks, which is what is held to the
bound; then clients book sessions of an engagement. Beside it the whole way: posts of the public
page to gunicorn with two workers, over real connections, each from a network of its own.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from psutil import Process

from benchmarks.bookings import CLIENTS, GUESTS, Tally, Task, book_for, open_counter, open_pages
from benchmarks.durable import cpu_seconds, durable_database
from benchmarks.posting import post_for
from benchmarks.result import Result, at_least, at_most, told
from benchmarks.runners import PROCESSES, Failed, Runners

THREADS = 4 * PROCESSES
SECONDS, SECONDS_BY_POST = 12.0, 10.0
A_SECOND = 200.0


@dataclass(frozen=True, slots=True)
class Booked:
    """What the threads answer, and the processor time of the server meanwhile."""

    answers: list[Any]
    server: float

    @property
    def tallies(self) -> list[Tally]:
        return [answer for answer in self.answers if isinstance(answer, Tally)]

    @property
    def errors(self) -> list[Failed]:
        return [answer for answer in self.answers if isinstance(answer, Failed)]

    @property
    def rate(self) -> float:
        return sum(each.booked / each.seconds for each in self.tallies)

    def costs(self, who: str) -> list[Result]:
        """What one booking needs of a core, and so what two of them could take at most."""
        booked = sum(each.booked for each in self.tallies)
        if not booked:
            return []
        ours = sum(each.cpu for each in self.tallies) / booked
        servers = self.server / (booked + sum(each.before for each in self.tallies))
        return [
            told(f"a booking {who}: statements", self.tallies[0].statements, ""),
            told(f"a booking {who}: CPU", ours * 1_000, "ms"),
            told(f"a booking {who}: CPU of PostgreSQL", servers * 1_000, "ms"),
            told(f"bookings {who} that two whole cores take", 2 / (ours + servers), "1/s"),
        ]


def measure() -> list[Result]:
    """Bookings a second, and whatever was no booking."""
    with durable_database() as server, Runners(THREADS) as runners:
        guests = _book(runners, server, GUESTS)
        clients = _book(runners, server, CLIENTS)
        pages = runners.run(open_pages, None)[0]
        posted = post_for(pages, SECONDS_BY_POST)
    errors = [*guests.errors, *clients.errors]
    if errors:
        print(f"    bookings: {', '.join(errors)}")
    return [
        at_least("bookings a second by guests, two processes", guests.rate, "1/s", A_SECOND),
        told("bookings a second by clients, two processes", clients.rate, "1/s"),
        at_most("bookings: errors", len(errors), "", 0),
        *guests.costs("by a guest"),
        *clients.costs("by a client"),
        *_through_the_page(posted),
    ]


def _book(runners: Runners, server: Process, bookers: str) -> Booked:
    counters = runners.run(open_counter, bookers)
    before = cpu_seconds(server)
    answers = runners.run(book_for, Task(counters, SECONDS))
    return Booked(answers, cpu_seconds(server) - before)


def _through_the_page(posted: Counter[int]) -> list[Result]:
    booked = posted.pop(302, 0)
    return [
        told("bookings a second through HTTP, two workers", booked / SECONDS_BY_POST, "1/s"),
        at_most("bookings through HTTP: other answers", posted.total(), "", 0),
    ]
