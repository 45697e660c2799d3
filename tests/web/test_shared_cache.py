"""The cache that all processes share: Django's keys and times, one statement a write."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from django.core.cache import cache, caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coachops.web.periodic import clear_cache

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
TOGETHER = 6

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> time_machine.Traveller:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def _entries() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shared_cache")
        return cursor.fetchone()[0]


def test_what_is_set_is_read_until_it_expires(clock: time_machine.Traveller) -> None:
    cache.set("a", [1, {"b": "ü"}], 60)
    cache.set_many({"c": 1, "d": None}, timeout=None)
    assert cache.get_many(["a", "c", "d", "e"]) == {"a": [1, {"b": "ü"}], "c": 1, "d": None}
    clock.shift(61)
    assert cache.get("a", "gone") == "gone"
    assert "a" not in cache
    assert "c" in cache
    assert cache.get_many([]) == {}


def test_adding_takes_a_free_or_an_expired_key_alone(clock: time_machine.Traveller) -> None:
    assert cache.add("a", 1, 60)
    assert not cache.add("a", 2, 60)
    clock.shift(61)
    assert cache.add("a", 3, 60)
    assert cache.get("a") == 3


def test_touching_deleting_and_versions(clock: time_machine.Traveller) -> None:
    cache.set("a", 1, 10)
    cache.set("a", 2, 10, version=2)
    assert cache.touch("a", 100)
    assert not cache.touch("nothing", 100)
    clock.shift(50)
    assert (cache.get("a"), cache.get("a", version=2)) == (1, None)
    assert (cache.delete("a"), cache.delete("a")) == (True, False)
    cache.set("at-once", 1, 0)
    assert cache.get("at-once") is None


def test_counting_keeps_how_long_the_entry_lives(clock: time_machine.Traveller) -> None:
    cache.set("n", 1, 60)
    assert (cache.incr("n"), cache.incr("n", 5), cache.decr("n")) == (2, 7, 6)
    clock.shift(61)
    with pytest.raises(ValueError, match="not found"):
        cache.incr("n")


@pytest.mark.parametrize(
    "write",
    [lambda: cache.set("a", 1, 60), lambda: cache.add("a", 1, 60), lambda: cache.touch("a", 60)],
)
def test_a_write_is_one_statement(write: Callable[[], object]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as statements:
        write()
    assert len(statements) == 1


def test_timetable_clears_away_what_expired_and_what_is_too_much(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        cache.set(f"k{number}", number, 60 * (number + 1))
    clock.shift(61)
    monkeypatch.setattr(caches["default"], "_max_entries", 3)
    assert clear_cache() == 2
    assert sorted(cache.get_many([f"k{number}" for number in range(5)])) == ["k2", "k3", "k4"]
    assert _entries() == 3


@pytest.mark.django_db(transaction=True)
def test_of_all_who_add_at_once_one_has_added_and_every_count_counts() -> None:
    start = Barrier(TOGETHER)
    cache.set("n", 0, timedelta(hours=1).total_seconds())

    def take(number: int) -> bool:
        start.wait()
        try:
            cache.incr("n")
            return cache.add("a", number, 60)
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        assert sorted(pool.map(take, range(TOGETHER))) == [*[False] * (TOGETHER - 1), True]
    assert cache.get("n") == TOGETHER
