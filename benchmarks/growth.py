"""Whether pages stay as fast as they are when a practice grows from 50 clients to 2,000.

The same pages by the same people of two practices: the large one of the large world, and one of 50
clients whose coach has the same fifty as the large practice's first. What is on a page is the same
but for names in filters, so what is measured is how it is found. Held to the bound is the time on
the clock, the median of samples taken in turns; processor time of this process and of its database
connection together, the smallest of them, is told beside it. Statements are counted, and explained
where they are sent, in the small practice, of whose tables others hold nearly all: none is read
from end to end, and every index leads with the practice.

Beside the two stand the thousand practices of the large world, for PostgreSQL plans by what it
knows of all of them.
"""

import gc
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any, Final

from django.db import transaction
from django.test import Client as Browser
from django.test import override_settings
from django.utils import timezone

from benchmarks.clock import Clock, Spent
from benchmarks.filled import analyse, fill_large
from benchmarks.pages import SETTINGS, signed_in
from benchmarks.plans import Judge
from benchmarks.result import Result, at_most, told
from benchmarks.statements import statements_of
from clients.models import Client
from coachops.demo.large.building import LARGE_SLUG, build_practice, missing_of
from coachops.demo.large.names import person
from coachops.demo.large.sizes import Blueprint, Size
from coachops.practices.models import Membership, User
from coachops.tenancy.scope import Scope, scope, system_scope
from scheduling.models import Session

ROUNDS: Final = 40
SLOWER, STATEMENTS = 1.3, 15
# As many lines on the board as a page has, in both.
ALIKE: Final = Blueprint("measured-alike", 1_001, Size(clients=50, coaches=1, new_of=2))
# Whose pages are opened: the first coach's fifth client, whose onboarding is over.
CLIENT: Final = ".".join(person(4)).lower()


@dataclass(frozen=True, slots=True)
class Opened:
    """A page in both practices. `is_bound`: the issue names it."""

    name: str
    is_bound: bool
    large: Callable[[], None]
    alike: Callable[[], None]


def measure() -> list[Result]:
    """For each page its statements in the large practice, and its time as times the other's."""
    fill_large()
    for blueprint in missing_of([ALIKE]):
        build_practice(blueprint, timezone.now())
    analyse(os.environ["DATABASE_OWNER_URL"])
    with override_settings(**SETTINGS):
        opened = list(pages())
        judge = Judge()
        return [
            *(line for each in opened for line in _counted(each)),
            *(line for each in opened for line in judge.results(each.name, each.alike)),
            *_compared(opened),
        ]


def pages() -> Iterator[Opened]:
    """What the issue names first; then what is opened as often."""
    large, alike = _Practice(LARGE_SLUG), _Practice(ALIKE.slug)
    for who, address, is_bound in (
        ("coach", "clients/{client}/", True),
        ("coach", "sessions/{next}/prep/", True),
        ("coach", "sessions/{held}/", True),
        ("coach", "clients/", True),
        ("owner", "clients/", True),
        ("assistant", "clients/", True),
        ("owner", "onboarding/", True),
        ("assistant", "onboarding/", True),
        ("coach", "", False),
        ("assistant", "", False),
        ("assistant", "clients/{client}/", False),
        ("coach", "health/", False),
        ("coach", "enquiries/", False),
        ("owner", "search/?q=bakker", False),
        ("coach", "search/?q=bakker", False),
        ("coach", "clients/{client}/timeline/", False),
        ("coach", "reports/", False),
        ("coach", "calendar/", False),
    ):
        name = f"{address.replace('{', '').replace('}', '') or 'Today'} by the {who}"
        yield Opened(name, is_bound, large.opens(who, address), alike.opens(who, address))


class _Practice:
    """Its people and one client's pages."""

    def __init__(self, slug: str) -> None:
        self._slug = slug
        self._browsers: dict[str, Browser] = {}
        coach = User.objects.get(email=self._email("coach"))
        with scope(Scope(user_id=coach.pk)), transaction.atomic():
            practice_id = Membership.objects.get(user=coach).practice_id
        with scope(system_scope(practice_id)), transaction.atomic():
            self._facts = self._facts_of(timezone.now())

    def _facts_of(self, now: datetime) -> dict[str, Any]:
        client = Client.objects.get(email=f"{CLIENT}@{self._slug}.example")
        sessions = Session.objects.filter(client=client)
        held = sessions.filter(outcome=Session.Outcome.HELD).latest("starts_at")
        coming = sessions.filter(starts_at__gt=now).earliest("starts_at")
        return {"client": client.pk, "held": held.pk, "next": coming.pk}

    def _email(self, who: str) -> str:
        return f"{'coach-01' if who == 'coach' else who}@{self._slug}.example"

    def opens(self, who: str, address: str) -> Callable[[], None]:
        """Opens the page as that person, signed in; anything but 200 raises RuntimeError."""
        if who not in self._browsers:
            with transaction.atomic():
                self._browsers[who] = signed_in(User.objects.get(email=self._email(who)))
        browser = self._browsers[who]
        path = f"/coach/{self._slug}/{address.format(**self._facts)}"

        def open_page() -> None:
            answer = browser.get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answers {answer.status_code}")

        return open_page


def _counted(each: Opened) -> Iterator[Result]:
    found = len(statements_of(each.large))
    if each.is_bound:
        yield at_most(f"{each.name}: statements", found, "", STATEMENTS)
    else:
        yield told(f"{each.name}: statements", found, "")


def _compared(opened: list[Opened]) -> Iterator[Result]:
    clock = Clock()
    spent: defaultdict[tuple[str, bool], list[Spent]] = defaultdict(list)
    for each in opened:
        each.large(), each.alike()
    for _ in range(ROUNDS):
        gc.collect()
        gc.disable()
        for each in opened:
            spent[each.name, True].append(clock.spent(each.large))
            spent[each.name, False].append(clock.spent(each.alike))
        gc.enable()
    for each in opened:
        large, alike = spent[each.name, True], spent[each.name, False]
        passed = median(sample.passed for sample in large)
        times = passed / median(sample.passed for sample in alike)
        used = min(sample.both for sample in large)
        yield told(f"{each.name}: in the large practice", passed, "ms")
        yield told(f"{each.name}: processor time there", used, "CPU ms")
        yield told(
            f"{each.name}: processor time, times a practice of 50",
            used / min(sample.both for sample in alike),
            "x",
        )
        if each.is_bound:
            yield at_most(f"{each.name}: times a practice of 50", times, "x", SLOWER)
        else:
            yield told(f"{each.name}: times a practice of 50", times, "x")
