"""What the pages that are opened most cost beside a plain page of the same house.

Processor time of this process, database driver included, sampled in turns in one run; the smallest
of many samples counts. The plain page (`benchmarks.reference`) goes through the same middleware
and frame, asks twelve statements and shows forty rows. The people are those of the demo world; the
lists are those of a coach with a hundred clients.
"""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from time import process_time

from django.db import transaction
from django.test import Client as Browser
from django.test import override_settings

from benchmarks.filled import FULL, coach_of_full, fill, member_of, newest
from benchmarks.result import Result, at_most, told
from benchmarks.statements import statements_of
from clients.models import Engagement
from coachops.practices.models import User
from scheduling.models import Session

# The product's own, and the plain page's address.
SETTINGS = {"ROOT_URLCONF": "benchmarks.reference", "ALLOWED_HOSTS": ["testserver"]}
ROUNDS = 80
PAGE_BOUND, LIST_BOUND = 1.3, 2.0
MOST_STATEMENTS, WEEK_STATEMENTS = 15, 10


@dataclass(frozen=True, slots=True)
class Page:
    """A page as somebody opens it."""

    name: str
    browser: Browser
    address: str

    def open(self) -> None:
        response = self.browser.get(self.address)
        if response.status_code != 200:
            raise RuntimeError(f"{self.address} answers {response.status_code}")


def measure() -> list[Result]:
    """For each page its processor time, as times the plain page; statements where they are few."""
    fill()
    with override_settings(**SETTINGS):
        plain, pages, lists = _plain(), hot_pages(), _lists()
        times = _times([plain, *pages, *lists])
        counted = [*((page, MOST_STATEMENTS) for page in pages), (lists[-1], WEEK_STATEMENTS)]
        statements = [
            at_most(f"{page.name}: statements", len(statements_of(page.open)), "", most)
            for page, most in counted
        ]
    unit = times[plain.name]
    bounds = [*((page, PAGE_BOUND) for page in pages), *((page, LIST_BOUND) for page in lists)]
    ratios = [(page, bound, round(times[page.name] / unit, 2)) for page, bound in bounds]
    return [
        *statements,
        told("the plain page itself", unit * 1000, "CPU ms"),
        *(
            Result(f"{page.name}: times the plain page", ratio, "x", bound, ratio <= bound)
            for page, bound, ratio in ratios
        ),
    ]


def hot_pages() -> list[Page]:
    """Maya's day, her client Leyla, and Leyla's sponsor."""
    maya, leyla, jonas = member_of("maya"), member_of("leyla"), member_of("jonas")
    engagement = newest(Engagement, leyla, client__membership=leyla)
    held = newest(Session, leyla, client_id=engagement.client_id, outcome=Session.Outcome.HELD)
    coach, client, sponsor = (signed_in(member.user) for member in (maya, leyla, jonas))
    slug = maya.practice.slug
    return [
        Page("Today", coach, f"/coach/{slug}/"),
        Page("client profile", coach, f"/coach/{slug}/clients/{engagement.client_id}/"),
        Page("session page", coach, f"/coach/{slug}/sessions/{held.pk}/"),
        Page("portal home", client, f"/portal/{slug}/"),
        Page("sponsor's page", sponsor, f"/sponsor/{slug}/coachees/{engagement.pk}/"),
    ]


def _plain() -> Page:
    return Page("plain", signed_in(coach_of_full()), f"/coach/{FULL}/reference/")


def _lists() -> list[Page]:
    browser = signed_in(coach_of_full())
    return [
        Page("list of 100 clients", browser, f"/coach/{FULL}/clients/"),
        Page("list of 100 reports", browser, f"/coach/{FULL}/reports/"),
        Page("a week of 100 sessions", browser, f"/coach/{FULL}/calendar/"),
    ]


def signed_in(user: User) -> Browser:
    """A browser that the demo's second factor does not stop."""
    browser = Browser()
    with transaction.atomic():
        browser.force_login(user)
    return browser


def _times(pages: list[Page]) -> dict[str, float]:
    """Seconds of processor time by name: the smallest of the samples, taken in turns."""
    best = {page.name: float("inf") for page in pages}
    for page in pages:
        page.open()
    gc.collect()
    gc.disable()
    try:
        for _ in range(ROUNDS):
            for page in pages:
                best[page.name] = min(best[page.name], _seconds(page.open))
            gc.collect()
    finally:
        gc.enable()
    return best


def _seconds(run: Callable[[], None]) -> float:
    started = process_time()
    run()
    return process_time() - started
