"""Runs the benchmarks on servers of their own: `python -m benchmarks [NAME …]`, or `make bench`.

A benchmark is a module of this package with `measure() -> list[Result]`. All of them share one
throw-away PostgreSQL and one migrated database that is removed afterwards; brokers and workers they
start themselves. What is measured is printed as a table and written to benchmarks/results.json, one
line a result: name, value, unit, bound (none where a value is only told), holds. The exit status is
1 if something does not hold.

Bounds are ratios and counts wherever possible, measured against something in the same run, so that
a slow or busy machine does not matter; times are minima of many samples.
"""

import importlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import django

from benchmarks.databases import at, passing_database
from benchmarks.result import Result
from coachops.launch import throwaway

FOLDER = Path(__file__).resolve().parent
PROJECT = FOLDER.parent
RESULTS = FOLDER / "results.json"


def main(wanted: Sequence[str]) -> int:
    """The exit status."""
    known = names()
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(known)}")
        return 2
    results: list[Result] = []
    with database():
        django.setup()
        logging.disable(logging.WARNING)
        for name in wanted or known:
            print(f"{name} …", file=sys.stderr, flush=True)
            found = _measured(name)
            print("\n".join(_line(result) for result in found), flush=True)
            results += found
    write(results, is_whole=not wanted)
    failed = [result for result in results if not result.holds]
    print(f"{len(results) - len(failed)} of {len(results)} hold")
    return 1 if failed else 0


def _measured(name: str) -> list[Result]:
    """What the benchmark found; one that breaks says why, and does not hold."""
    try:
        found: list[Result] = importlib.import_module(f"benchmarks.{name}").measure()
    except Exception:  # noqa: BLE001 -- the others are still worth running
        traceback.print_exc()
        return [Result(f"{name}: runs to its end", 0, "", 1, False)]
    return found


def names() -> list[str]:
    """Modules of this package that measure something, those without processes first."""
    found = [path for path in FOLDER.glob("*.py") if path.name != Path(__file__).name]
    measuring = [path.stem for path in found if "\ndef measure(" in path.read_text()]
    return sorted(measuring, key=lambda name: (name == "reminders", name))


def write(results: Sequence[Result], *, is_whole: bool) -> None:
    """One result a line. A part of the benchmarks replaces its own lines and leaves the others."""
    rows = {result.name: asdict(result) for result in results}
    if not is_whole and RESULTS.exists():
        rows = {row["name"]: row for row in json.loads(RESULTS.read_text())} | rows
    lines = ",\n".join(json.dumps(row) for row in rows.values())
    RESULTS.write_text(f"[\n{lines}\n]\n")


def _line(result: Result) -> str:
    says = "holds" if result.holds else "DOES NOT HOLD"
    value = f"{result.value:,.2f}".rstrip("0").rstrip(".")
    if result.bound is None:
        return f"  {result.name:<64} {value:>10} {result.unit}"
    return f"  {result.name:<64} {value:>10} {result.unit:<8} bound {result.bound:<8g} {says}"


@contextmanager
def database() -> Iterator[None]:
    """A migrated database on a throw-away server, named in the environment of all that follows."""
    name = f"coachops_bench_{os.getpid()}"
    with (
        throwaway.server() as server,
        tempfile.TemporaryDirectory(prefix="coachops-bench-") as folder,
        passing_database(server.owner, name) as owner_url,
    ):
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "benchmarks.worker_settings",
            "DATABASE_URL": at(server.web, name),
            "DATABASE_OWNER_URL": owner_url,
            "DATA_DIR": folder,
        }
        owner = {**os.environ, "DATABASE_URL": owner_url}
        try:
            _manage("migrate", environment=owner)
            _manage("collectstatic", "--no-input", environment=owner)
            yield
        finally:
            django.db.connections.close_all()


def _manage(*command: str, environment: Mapping[str, str]) -> None:
    started = [sys.executable, "manage.py", *command, "--verbosity", "0"]
    subprocess.run(started, cwd=PROJECT, env=environment, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
