"""How many rows PostgreSQL expects: those of the practice that asks (decision 15)."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from clients.models import Client, CoachAssignment
from coachops.practices.models import Membership, Practice, User
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import Scope, scope, system_scope

MANY, SMALL_PRACTICES = 400, 40


def _practice_of(members: int) -> Scope:
    """With as many clients, of whom each has a coach."""
    mine = system_scope(uuid7())
    with scope(mine), transaction.atomic():
        slug = f"practice-{mine.practice_id}"
        practice = Practice.objects.create(
            id=mine.practice_id, name=slug, slug=slug, time_zone="Europe/Berlin"
        )
        users = [User(email=f"{n}@{slug}.example", name=f"User {n}") for n in range(members)]
        User.objects.bulk_create(users)
        people = [
            Membership(
                practice=practice, user=user, audience="client", roles=["client"],
                name=user.name, joined_at=timezone.now(),
            )
            for user in users
        ]  # fmt: skip
        Membership.objects.bulk_create(people)
        clients = [
            Client(membership=person, name=person.name, email=person.user.email)
            for person in people
        ]
        Client.objects.bulk_create(clients)
        today = timezone.now().date()
        CoachAssignment.objects.bulk_create(
            CoachAssignment(client=client, coach=client.membership, started_on=today)
            for client in clients
        )
    return mine


@pytest.fixture
def large(transactional_db: None, test_database: Any) -> Scope:
    """A practice of many people among small ones, of whom PostgreSQL knows."""
    found = _practice_of(MANY)
    for _ in range(SMALL_PRACTICES):
        _practice_of(1)
    with test_database.as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return found


def _expected(mine: Scope, rows: QuerySet[Any]) -> float:
    with scope(mine), transaction.atomic():
        plan: str = rows.all().explain(format="json")
    return float(plan.split('"Plan Rows": ')[1].split(",", maxsplit=1)[0])


def test_as_many_members_as_the_practice_has(large: Scope) -> None:
    of_practice = Membership.objects.filter(practice_id=large.practice_id)
    assert MANY / 4 < _expected(large, of_practice) < MANY * 2


def test_as_many_rows_as_a_joined_table_of_the_practice_has(large: Scope) -> None:
    with scope(large):
        of_clients = CoachAssignment.objects.filter(client__archived_at=None)
    assert MANY / 4 < _expected(large, of_clients) < MANY * 2
