import json
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import coachops.tenancy.models
import coachops.tenancy.scope
from coachops.encryption.seal import new_wrapped_key, seal, unwrap
from coachops.tenancy.operations import (
    IN_PRACTICE,
    IS_ASSIGNED_COACH,
    IS_THE_CLIENT,
    PracticeFK,
    TenantTable,
    has_any_role,
    is_member,
)

COACHES = f"{has_any_role('coach')} AND {IS_ASSIGNED_COACH}"


def about(condition: str) -> str:
    """SQL: the row's session satisfies this."""
    return (
        "EXISTS (SELECT FROM scheduling_session mine WHERE mine.id = session_id"
        f" AND mine.{IN_PRACTICE} AND ({condition}))"
    )


# Whoever books for somebody writes down what they were asked, and does not read it afterwards.
MY_SESSION = (
    f"(mine.{is_member('coach_id')} AND (mine.client_id IS NULL OR mine.{IS_ASSIGNED_COACH}))"
    f" OR mine.{IS_THE_CLIENT}"
)
GUESTS_SESSION = f"mine.client_id IS NULL AND {has_any_role('public', 'link', 'system')}"
WRITES = f"{MY_SESSION} OR ({GUESTS_SESSION})"
BOOKED_IT = f"mine.{is_member('booked_by_id')}"


def inserts_of_answers(condition: str) -> str:
    return (
        "DROP POLICY who_inserts ON scheduling_bookinganswer;"
        "CREATE POLICY who_inserts ON scheduling_bookinganswer AS RESTRICTIVE FOR INSERT"
        f" TO coachops_confidential WITH CHECK ({about(condition)});"
    )


# What was agreed reaches the client, who coaches them, and the company's people who took part, for
# as long as the engagement is open to the company.
TOOK_PART = (
    "EXISTS (SELECT FROM scheduling_seat seat"
    " JOIN clients_sponsorcontact contact ON contact.practice_id = seat.practice_id"
    " AND contact.id = seat.sponsor_contact_id AND contact.access_ended_at IS NULL"
    " JOIN scheduling_poll poll ON poll.practice_id = seat.practice_id"
    " AND poll.session_id = seat.session_id"
    " JOIN clients_engagement engagement ON engagement.practice_id = poll.practice_id"
    " AND engagement.id = poll.engagement_id AND engagement.disclosure_level IS NOT NULL"
    " WHERE seat.session_id = scheduling_agreedpoint.session_id"
    f" AND seat.{IN_PRACTICE} AND seat.part = 'sponsor'"
    f" AND contact.{is_member('membership_id')})"
)
COACHED = f"({has_any_role('coach')} AND mine.{IS_ASSIGNED_COACH})"
AGREES = about(COACHED)
READS = f"{about(f'{COACHED} OR mine.{IS_THE_CLIENT}')} OR {TOOK_PART}"
POINTS = f"""
CREATE POLICY who_reads ON scheduling_agreedpoint AS RESTRICTIVE FOR SELECT TO coachops_base
  USING ({READS});
CREATE POLICY who_inserts ON scheduling_agreedpoint AS RESTRICTIVE FOR INSERT TO coachops_base
  WITH CHECK ({AGREES});
CREATE POLICY who_updates ON scheduling_agreedpoint AS RESTRICTIVE FOR UPDATE TO coachops_base
  USING ({AGREES}) WITH CHECK ({AGREES});
CREATE POLICY who_deletes ON scheduling_agreedpoint AS RESTRICTIVE FOR DELETE TO coachops_base
  USING ({AGREES});
"""
POINTS_OPEN = "".join(
    f"DROP POLICY who_{verb} ON scheduling_agreedpoint;"
    for verb in ("reads", "inserts", "updates", "deletes")
)

# What the migration reads and changes, of all practices; its role owns these tables.
TOUCHED = (
    "scheduling_bookinganswer",
    "scheduling_poll",
    "scheduling_session",
    "scheduling_offering",
    "clients_clientkey",
    "clients_engagement",
)
ANSWERS = """
SELECT answer.id, answer.practice_id, answer.answer, session.client_id, key.wrapped
FROM scheduling_bookinganswer answer
JOIN scheduling_session session ON session.practice_id = answer.practice_id
  AND session.id = answer.session_id
LEFT JOIN clients_clientkey key ON key.practice_id = session.practice_id
  AND key.client_id = session.client_id
"""
SHARES = """
SELECT poll.id, poll.practice_id, poll.shares, engagement.client_id, key.wrapped
FROM scheduling_poll poll
JOIN clients_engagement engagement ON engagement.practice_id = poll.practice_id
  AND engagement.id = poll.engagement_id
JOIN clients_clientkey key ON key.practice_id = poll.practice_id
  AND key.client_id = engagement.client_id
WHERE jsonb_array_length(poll.shares) > 0
"""
OWN_LINKS = """
UPDATE scheduling_session session SET has_own_link = true
FROM scheduling_offering offering
WHERE offering.practice_id = session.practice_id AND offering.id = session.offering_id
  AND session.place = 'video' AND session.room_id IS NULL
  AND offering.video NOT IN ('fixed', 'room')
"""


def seal_what_is_open(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Every practice's rows. Texts of somebody who was erased stay unreadable."""
    # The new table's own references first: behind the wall they could not be checked any more.
    for statement in list(editor.deferred_sql):
        editor.execute(statement)
    editor.deferred_sql.clear()
    _force(editor, "NO FORCE")
    with editor.connection.cursor() as cursor:
        cursor.execute(ANSWERS)
        for row in cursor.fetchall():
            _seal_answer(cursor, *row)
        cursor.execute(SHARES)
        for row in cursor.fetchall():
            _seal_shares(cursor, *row)
        cursor.execute(OWN_LINKS)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    _force(editor, "FORCE")


def _force(editor: BaseDatabaseSchemaEditor, word: str) -> None:
    for table in TOUCHED:
        editor.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")


def _seal_answer(
    cursor: Any, row_id: Any, practice: Any, text: str, client: Any, wrapped: Any
) -> None:
    own = None
    if client is None:
        own = wrapped = new_wrapped_key(bound_to=f"{practice}:{row_id}")
    if wrapped is None:
        return
    key = unwrap(bytes(wrapped), bound_to=f"{practice}:{client or row_id}")
    cursor.execute(
        "UPDATE scheduling_bookinganswer SET sealed_answer = %s, wrapped_key = %s WHERE id = %s",
        [seal(key, text, bound_to=f"{practice}:{row_id}"), own, row_id],
    )


def _seal_shares(
    cursor: Any, poll: Any, practice: Any, lines: Any, client: Any, wrapped: Any
) -> None:
    row_id = coachops.tenancy.models.uuid7()
    key = unwrap(bytes(wrapped), bound_to=f"{practice}:{client}")
    cursor.execute(
        "INSERT INTO scheduling_pollshares (id, practice_id, poll_id, client_id, sealed_lines)"
        " VALUES (%s, %s, %s, %s, %s)",
        [
            row_id,
            practice,
            poll,
            client,
            seal(key, "\n".join(json.loads(lines)), bound_to=f"{practice}:{row_id}"),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0005_wall_of_delegates"),
        ("practices", "0003_practice_language"),
        ("scheduling", "0006_cohorts"),
    ]
    operations = [
        migrations.CreateModel(
            name="PollShares",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=coachops.tenancy.models.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("sealed_lines", models.BinaryField()),
                (
                    "client",
                    coachops.tenancy.models.PracticeForeignKey(
                        related_name="+", to="clients.client"
                    ),
                ),
                (
                    "poll",
                    coachops.tenancy.models.PracticeForeignKey(
                        related_name="+", to="scheduling.poll"
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        db_index=False,
                        default=coachops.tenancy.scope.current_practice_id,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="practices.practice",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "id"), name="pollshares_practice_id_key"
                    ),
                    models.UniqueConstraint(fields=("practice", "poll"), name="poll_shares_once"),
                ],
            },
        ),
        migrations.AddField(
            model_name="session",
            name="has_own_link",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="bookinganswer",
            name="sealed_answer",
            field=models.BinaryField(default=b""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="bookinganswer",
            name="wrapped_key",
            field=models.BinaryField(blank=True, max_length=100, null=True),
        ),
        migrations.RunPython(seal_what_is_open, elidable=True),
        migrations.RemoveField(model_name="bookinganswer", name="answer"),
        migrations.RemoveField(model_name="poll", name="shares"),
        TenantTable(
            "PollShares",
            kind="confidential",
            only=f"({COACHES}) OR {IS_THE_CLIENT}",
            check=IS_THE_CLIENT,
        ),
        PracticeFK("PollShares", "poll", on_delete="CASCADE", index=False),
        PracticeFK("PollShares", "client", on_delete="CASCADE"),
        migrations.RunSQL(
            inserts_of_answers(f"{WRITES} OR {BOOKED_IT}"), inserts_of_answers(WRITES)
        ),
        migrations.RunSQL(POINTS, POINTS_OPEN),
    ]
