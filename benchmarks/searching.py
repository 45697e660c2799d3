"""What search costs in the practice of 2,000 clients and 40,000 sessions of the large world.

Whole requests as the palette sends them, by the owner, an assistant and a coach: names that are
there, with a slip, with a verb, and what nothing is called. Held to its bound is the time on the
server that nineteen of twenty stay below (p95); processor time is told beside it. What was said is
asked for by the coach, whose notes, summaries and goals of a year are opened for it.

Beside the large practice stand a thousand others, for what is right for the average practice of a
server is wrong for this one (decision 14).
"""

import gc
from collections.abc import Iterator
from time import perf_counter, process_time

from django.db import transaction
from django.test import Client as Browser
from django.test import override_settings

from benchmarks.filled import fill_large
from benchmarks.pages import SETTINGS, signed_in
from benchmarks.result import Result, at_most, told
from benchmarks.statements import statements_of
from coachops.demo.large.building import LARGE_SLUG
from coachops.practices.models import User

ROUNDS = 12
NAMES_MS, WORDS_MS, STATEMENTS = 30.0, 100.0, 15
SEARCHERS = ("owner", "assistant", "coach-02")
NAMES = ("ada", "ada bakker", "abel", "lelya", "bakekr", "book ada", "an", "company", "zzzzqq", "")
WORDS = ("decision", "meeting", "decison", "team", "zzzzqq")
NAMES_PART, WORDS_PART = "palette-results", "palette-words"


def measure() -> list[Result]:
    """The p95 of each part, and the most statements."""
    fill_large()
    with override_settings(**SETTINGS):
        return [*_names(), *_words()]


def _names() -> Iterator[Result]:
    browsers = [_browser(name) for name in SEARCHERS]
    asked = [(browser, text, NAMES_PART) for browser in browsers for text in NAMES]
    yield from _measured("search, names", asked, NAMES_MS)


def _words() -> Iterator[Result]:
    browser = _browser(SEARCHERS[-1])
    asked = [(browser, text, WORDS_PART) for text in WORDS]
    yield from _measured("search, what was said", asked, WORDS_MS)


def _browser(local: str) -> Browser:
    with transaction.atomic():
        return signed_in(User.objects.get(email=f"{local}@{LARGE_SLUG}.example"))


def _measured(what: str, asked: list[tuple[Browser, str, str]], bound: float) -> Iterator[Result]:
    most = max(len(statements_of(lambda each=each: _ask(*each))) for each in asked)
    walls, used = [], []
    gc.collect()
    for _ in range(ROUNDS):
        for each in asked:
            began, ran = perf_counter(), process_time()
            _ask(*each)
            walls.append((perf_counter() - began) * 1_000)
            used.append((process_time() - ran) * 1_000)
    yield at_most(f"{what}: p95 on the server", _p95(walls), "ms", bound)
    yield told(f"{what}: p95 of processor time", _p95(used), "CPU ms")
    yield at_most(f"{what}: statements", most, "", STATEMENTS)


def _p95(samples: list[float]) -> float:
    return sorted(samples)[int(len(samples) * 0.95)]


def _ask(browser: Browser, text: str, part: str) -> None:
    headers = {"HX-Request": "true", "HX-Target": part}
    answer = browser.get(f"/coach/{LARGE_SLUG}/search/", {"q": text}, headers=headers)
    if answer.status_code != 200:
        raise RuntimeError(f"{text!r} answers {answer.status_code}")
