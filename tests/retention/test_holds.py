"""A legal hold binds whoever removes rows: by the wall, and in the very moment it is placed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from clients.models import Client, ContentRead
from coachops.practices.models import Practice
from coachops.retention.policies import table_rules
from coachops.retention.queries.whose import table_of
from coachops.retention.services.holds import place_hold
from coachops.retention.services.periods import remove_what_is_over
from coachops.retention.services.removal import remove_of_clients
from coachops.tenancy.scope import confidential, scope, system_scope
from tests.cast import Cast, build_cast
from tests.racing import PATIENCE, until_somebody_waits
from tests.tracking.factories import make_session
from tracking.models import PrivateNote
from tracking.services.notes import save_private_note

LONG_AGO = timedelta(days=73 * 31)


def _note(cast: Cast) -> None:
    """Bob wrote something about Carol long ago, and her engagement is over."""
    carol, bob = cast.carol_client, cast.bob.membership
    with scope(cast.bob.scope()):
        session = make_session(carol, cast.carol_engagement, bob, days=-900)
        save_private_note(session=session, by=bob, text="Long ago", version=0, now=timezone.now())
    with scope(system_scope(cast.practice.pk)):
        cast.carol_engagement.state = "closed"
        cast.carol_engagement.starts_on -= timedelta(days=1000)
        cast.carol_engagement.ends_on = cast.carol_engagement.starts_on + timedelta(days=100)
        cast.carol_engagement.save()


def _notes(cast: Cast) -> int:
    with scope(cast.bob.scope()), confidential():
        return int(PrivateNote.objects.count())


def test_the_role_that_removes_rows_cannot_remove_those_of_a_client_under_a_hold(
    cast: Cast,
) -> None:
    _note(cast)
    now = timezone.now()
    with scope(cast.alice.scope()):
        place_hold(client=cast.carol_client, reason="order", by=cast.alice.membership, now=now)
    rules = [rule for rule in table_rules().values() if rule.via and rule.kind]
    with scope(system_scope(cast.practice.pk)):
        removed = remove_of_clients(rules=rules, clients=[cast.carol_client.pk])
        assert not removed.total()
        assert Client.objects.filter(pk=cast.carol_client.pk).exists()
        assert remove_of_clients(rules=rules[:-1], clients=[cast.dave_client.pk]).total()
    assert _notes(cast) == 1


def test_every_table_that_leads_to_a_client_is_bound(cast: Cast) -> None:
    rules = [rule for rule in table_rules().values() if rule.via and rule.kind]
    bound = {table_of(rule).strip('"') for rule in rules}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_policies WHERE policyname = 'not_on_hold'"
            " AND permissive = 'RESTRICTIVE' AND 'coachops_eraser' = ANY (roles)"
        )
        found = {row[0] for row in cursor.fetchall()}
    assert bound - found == set(), "these need not_on_hold, see retention/migrations/0005"


def test_what_is_removed_by_its_date_stays_too_and_does_not_stand_in_others_way(cast: Cast) -> None:
    now = timezone.now()
    with scope(system_scope(cast.practice.pk)):
        for client in (cast.carol_client, cast.dave_client):
            ContentRead.objects.create(
                client=client,
                reader=cast.bob.membership,
                kind="goals",
                hour=now - LONG_AGO,
                first_read_at=now - LONG_AGO,
            )
    with scope(cast.alice.scope()):
        place_hold(client=cast.carol_client, reason="order", by=cast.alice.membership, now=now)
    with scope(system_scope(cast.practice.pk)):
        assert remove_what_is_over(practice=cast.practice, now=now)["ledger"] == 1
        assert {read.client_id for read in ContentRead.objects.all()} == {cast.carol_client.pk}


@pytest.mark.django_db(transaction=True)
def test_a_hold_that_is_placed_in_the_same_moment_wins() -> None:
    with transaction.atomic():
        cast = build_cast()
        _note(cast)

    def night() -> int:
        try:
            with scope(system_scope(cast.practice.pk)):
                with transaction.atomic():
                    practice = Practice.objects.get(pk=cast.practice.pk)
                return remove_what_is_over(practice=practice, now=timezone.now())["content"]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with scope(cast.alice.scope()), transaction.atomic():
            alice, now = cast.alice.membership, timezone.now()
            place_hold(client=cast.carol_client, reason="order", by=alice, now=now)
            removed = pool.submit(night)
            until_somebody_waits(removed)
        assert removed.result(timeout=PATIENCE) == 0
    with transaction.atomic():
        assert _notes(cast) == 1
