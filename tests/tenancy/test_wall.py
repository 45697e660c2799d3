"""The wall between practices and inside one, as the database keeps it."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from clients.models import Client, CoachAssignment
from clients.queries.safes import safe_of
from coachops.encryption.seal import Unreadable
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import Scope, ScopeError, confidential, scope
from tests.cast import Cast, practice_day
from tracking.models import PrivateNote, Reflection


def test_unscoped_query_raises_in_python(cast: Cast) -> None:
    with pytest.raises(ScopeError, match="Client"):
        Client.objects.count()


def test_unscoped_query_raises_in_the_database(cast: Cast) -> None:
    with (
        pytest.raises(DatabaseError, match="no practice scope is active"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT count(*) FROM clients_client")


def test_raw_sql_sees_only_the_active_practice(cast: Cast) -> None:
    with scope(cast.mallory.scope()), connection.cursor() as cursor:
        cursor.execute("SELECT name FROM clients_client")
        assert cursor.fetchall() == [("Erin Lagoon",)]


def test_another_practice_cannot_be_entered_from_inside(cast: Cast) -> None:
    with (
        scope(cast.bob.scope()),
        pytest.raises(ScopeError, match="another practice"),
        scope(cast.mallory.scope()),
    ):
        pass


def test_reference_to_another_practice_is_refused(cast: Cast) -> None:
    with scope(cast.mallory.scope()), pytest.raises(IntegrityError), transaction.atomic():
        CoachAssignment.objects.create(
            client_id=cast.carol_client.pk,
            coach=cast.mallory.membership,
            started_on=practice_day(),
        )
        connection.check_constraints()


def test_row_cannot_be_moved_to_another_practice(cast: Cast) -> None:
    with scope(cast.bob.scope()), pytest.raises(DatabaseError), transaction.atomic():
        Client.objects.filter(pk=cast.carol_client.pk).update(practice=cast.other_practice)


@pytest.mark.parametrize("table", ["privatenote", "sessionsummary", "reflection", "goalwording"])
def test_ordinary_role_cannot_read_content(cast: Cast, table: str) -> None:
    with (
        scope(cast.bob.scope()),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        cursor.execute(f"SELECT count(*) FROM tracking_{table}")  # noqa: S608 -- our own names


@pytest.mark.parametrize("name", ["alice", "vera", "ines", "sam", "stella"])
def test_who_does_not_coach_may_not_step_up(cast: Cast, name: str) -> None:
    with (
        scope(getattr(cast, name).scope()),
        pytest.raises(ScopeError, match="may not open"),
        confidential(),
    ):
        pass


def test_private_reflection_is_seen_by_its_author_alone(cast: Cast) -> None:
    row_id = uuid7()
    with scope(cast.carol.scope()), confidential():
        Reflection.objects.create(
            id=row_id,
            client=cast.carol_client,
            sealed_body=b"sealed",
            written_at=timezone.now(),
        )
        assert Reflection.objects.count() == 1
    with scope(cast.bob.scope()), confidential():
        assert Reflection.objects.count() == 0


def test_shared_reflection_reaches_the_assigned_coach_and_no_other(cast: Cast) -> None:
    now = timezone.now()
    with scope(cast.carol.scope()), confidential():
        Reflection.objects.create(
            client=cast.carol_client, sealed_body=b"x", written_at=now, shared_at=now
        )
    with scope(cast.bob.scope()), confidential():
        assert Reflection.objects.count() == 1
        assert Reflection.objects.update(sealed_body=b"changed") == 0
    with scope(cast.olga.scope()), confidential():
        assert Reflection.objects.count() == 0


def test_wrongly_elevated_assistant_sees_no_note(cast: Cast) -> None:
    forged = Scope(
        user_id=cast.vera.user.pk,
        practice_id=cast.practice.pk,
        membership_id=cast.vera.membership.pk,
        roles=frozenset({"assistant"}),
        confidential=True,
    )
    with scope(forged):
        assert PrivateNote.objects.count() == 0


def test_scope_does_not_outlive_its_transaction(transactional_db: None) -> None:
    with scope(Scope(practice_id=uuid7())), transaction.atomic():
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.practice_id', true)")
        assert cursor.fetchone()[0] in ("", None)


def test_text_sealed_for_one_row_does_not_open_for_another(cast: Cast) -> None:
    with scope(cast.bob.scope()):
        safe = safe_of(cast.carol_client.pk)
    first, second = uuid7(), uuid7()
    sealed = safe.close("said in confidence", row_id=first)
    assert safe.open(sealed, row_id=first) == "said in confidence"
    with pytest.raises(Unreadable):
        safe.open(sealed, row_id=second)
