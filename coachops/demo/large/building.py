"""Builds practices for measuring: each in one transaction, and only those that are not there."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import datetime
from multiprocessing import get_context

import django
import psycopg
from django.db import connection, transaction

from coachops.demo.large.desk import add_enquiries, add_mail, add_onboarding
from coachops.demo.large.engagements import add_runs
from coachops.demo.large.goals import add_goals
from coachops.demo.large.opening import furnish, open_place, staff
from coachops.demo.large.papers import add_agreements
from coachops.demo.large.people import add_people
from coachops.demo.large.place import Coach, Place
from coachops.demo.large.questions import add_answers
from coachops.demo.large.reports import add_reports
from coachops.demo.large.sessions import add_sessions
from coachops.demo.large.sizes import LARGE, SMALL, TINY, Blueprint, Size
from coachops.demo.large.talks import add_talks
from coachops.demo.large.writings import write_journals, write_up
from coachops.practices.models import User
from coachops.tenancy.scope import scope, system_scope

LARGE_SLUG = "measured-large"
TOLD_EVERY = 25
SMALL_OF = 25

type Say = Callable[[str], None]


def build_large(
    practices: int,
    now: datetime,
    say: Say,
    *,
    workers: int = 1,
    small: Size = SMALL,
    large: Size = LARGE,
) -> int:
    """As many practices, numbered from 1, and the large one; how many of them were not there yet.

    Of every `SMALL_OF` practices one is small, the others are tiny.
    What a broken run has finished stays; the next one goes on with the rest. Several workers are
    processes of their own, with their own connections.
    """
    wanted = [
        Blueprint(LARGE_SLUG, 0, large),
        *(
            Blueprint(f"measured-{number:04}", number, small if number % SMALL_OF == 1 else TINY)
            for number in range(1, practices + 1)
        ),
    ]
    missing = missing_of(wanted)
    for done, blueprint in enumerate(_built(missing, now, min(workers, len(missing))), start=1):
        if blueprint.slug == LARGE_SLUG:
            size = blueprint.size
            say(f"  {blueprint.slug}: {size.clients} clients of {size.coaches} coaches")
        if done % TOLD_EVERY == 0 or done == len(missing):
            say(f"  {done} of {len(missing)} practices")
    return len(missing)


def _built(blueprints: list[Blueprint], now: datetime, workers: int) -> Iterator[Blueprint]:
    """Each as it is finished."""
    if workers < 2:
        for blueprint in blueprints:
            build_practice(blueprint, now)
            yield blueprint
        return
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=django.setup
    ) as pool:
        waiting = {pool.submit(build_practice, each, now): each for each in blueprints}
        for finished in as_completed(waiting):
            finished.result()
            yield waiting[finished]


def missing_of(blueprints: Iterable[Blueprint]) -> list[Blueprint]:
    """Those whose owner nobody has heard of."""
    wanted = {each.owner_email: each for each in blueprints}
    there = User.objects.filter(email__in=wanted).values_list("email", flat=True)
    return [each for email, each in wanted.items() if email not in set(there)]


@transaction.atomic
def build_practice(blueprint: Blueprint, now: datetime) -> None:
    """All of it or nothing."""
    practice = open_place(blueprint, now)
    with scope(system_scope(practice.pk)):
        place = furnish(blueprint, practice, now)
        for coach in staff(place):
            _fill(place, coach)


def _fill(place: Place, coach: Coach) -> None:
    people = add_people(place, coach)
    runs = add_runs(place, coach, people)
    add_sessions(place, coach, runs)
    add_goals(runs)
    write_up(place, coach, runs)
    write_journals(place, people)
    add_answers(place, coach, runs)
    add_agreements(place, coach, runs)
    add_onboarding(place, runs)
    add_talks(place, coach, people)
    add_mail(place, people)
    add_enquiries(place, coach)
    add_reports(place, runs)


def analyse(owner_url: str) -> None:
    """Let the planner know what is in the tables, which only their owner may."""
    connection.close()
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("ANALYZE")
