from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from coachops.tenancy.operations import (
    IN_PRACTICE,
    IS_ASSIGNED_COACH,
    IS_THE_CLIENT,
    PracticeFK,
    TenantTable,
    has_any_role,
    is_member,
    may_be_erased,
)

COACHES = f"{has_any_role('coach')} AND {IS_ASSIGNED_COACH}"
OWNS = has_any_role("owner", "system")

# Opened by consent alone, for as long as was asked for, and only while nobody coaches the client.
BREAKS_GLASS = (
    f"{has_any_role('break_glass')} AND client_id IN ("  # noqa: S608 -- constants
    "SELECT asked.client_id FROM retention_breakglass asked"
    " JOIN retention_breakglassconsent given ON given.practice_id = asked.practice_id"
    " AND given.request_id = asked.id"
    f" WHERE asked.{IN_PRACTICE} AND asked.{is_member('reader_id')} AND asked.ended_at IS NULL"
    " AND given.given_at + make_interval(hours => asked.hours::int) > now()"
    " AND NOT EXISTS (SELECT FROM clients_coachassignment assignment"
    " WHERE assignment.practice_id = asked.practice_id AND assignment.client_id = asked.client_id"
    " AND assignment.started_on <= CURRENT_DATE"
    " AND (assignment.ended_on IS NULL OR assignment.ended_on > CURRENT_DATE)))"
)
SHARED = f"shared_at IS NOT NULL AND {BREAKS_GLASS}"
READS = {
    "tracking_sessionsummary": (
        (
            f"({COACHES} AND (shared_at IS NOT NULL OR {is_member('author_id')}))"
            f" OR (shared_at IS NOT NULL AND {IS_THE_CLIENT})"
        ),
        f"({SHARED})",
    ),
    "tracking_reflection": (
        f"{IS_THE_CLIENT} OR (shared_at IS NOT NULL AND {COACHES})",
        f"({SHARED})",
    ),
    "tracking_goalwording": (f"({COACHES}) OR {IS_THE_CLIENT}", f"({BREAKS_GLASS})"),
}
GLASS = "".join(
    f"ALTER POLICY who_reads ON {table} USING ({before} OR {more});"
    for table, (before, more) in READS.items()
)
WHOLE = "".join(
    f"ALTER POLICY who_reads ON {table} USING ({before});" for table, (before, _) in READS.items()
)

# Whoever wants to read says so in their own name, and can change nothing afterwards but end it.
# Consent is the client's, or that of somebody else who was named two weeks before.
CLIENTS_OWN = (
    "giver = 'client' AND EXISTS (SELECT FROM retention_breakglass asked"
    f" WHERE asked.{IN_PRACTICE} AND asked.id = request_id AND asked.{IS_THE_CLIENT})"
)
SECONDS = (
    f"giver = 'second' AND {is_member('membership_id')}"  # noqa: S608 -- constants
    " AND EXISTS (SELECT FROM retention_breakglass asked"
    f" WHERE asked.{IN_PRACTICE} AND asked.id = request_id AND asked.reader_id <> membership_id)"
    " AND EXISTS (SELECT FROM retention_secondperson person"
    f" WHERE person.{IN_PRACTICE} AND person.member_id = membership_id"
    " AND person.ended_at IS NULL AND person.named_at <= now() - interval '14 days')"
)
WRITERS = f"""
CREATE POLICY who_inserts ON retention_breakglass AS RESTRICTIVE FOR INSERT TO coachops_base
  WITH CHECK ({has_any_role("owner")} AND {is_member("reader_id")});
CREATE POLICY who_updates ON retention_breakglass AS RESTRICTIVE FOR UPDATE TO coachops_base
  USING (ended_at IS NULL AND (({has_any_role("owner")} AND {is_member("reader_id")}) OR {IS_THE_CLIENT}))
  WITH CHECK (ended_at IS NOT NULL);
REVOKE UPDATE, DELETE ON retention_breakglass FROM coachops_base;
GRANT UPDATE (ended_at) ON retention_breakglass TO coachops_base;
CREATE POLICY who_inserts ON retention_breakglassconsent AS RESTRICTIVE FOR INSERT TO coachops_base
  WITH CHECK ((({CLIENTS_OWN}) OR ({SECONDS})) AND given_at <= now() + interval '5 minutes');
CREATE POLICY who_inserts ON retention_secondperson AS RESTRICTIVE FOR INSERT TO coachops_base
  WITH CHECK ({has_any_role("owner")} AND {is_member("named_by_id")});
CREATE POLICY who_updates ON retention_secondperson AS RESTRICTIVE FOR UPDATE TO coachops_base
  USING (ended_at IS NULL AND {has_any_role("owner")}) WITH CHECK (ended_at IS NOT NULL);
REVOKE UPDATE, DELETE ON retention_secondperson FROM coachops_base;
GRANT UPDATE (ended_at) ON retention_secondperson TO coachops_base;
"""
NO_WRITERS = """
DROP POLICY who_updates ON retention_secondperson;
DROP POLICY who_updates ON retention_breakglass;
DROP POLICY who_inserts ON retention_secondperson;
DROP POLICY who_inserts ON retention_breakglassconsent;
DROP POLICY who_inserts ON retention_breakglass;
"""

# Only owners, and the system for them, remove a client; nobody one who is under a legal hold.
ON_HOLD = (
    "EXISTS (SELECT FROM retention_legalhold hold WHERE hold.practice_id = {table}.practice_id"
    " AND hold.client_id = {table}.{column} AND hold.lifted_at IS NULL)"
)
REMOVING = f"""
CREATE POLICY not_on_hold ON clients_client AS RESTRICTIVE FOR DELETE TO coachops_base
  USING ({OWNS} AND NOT {ON_HOLD.format(table="clients_client", column="id")});
CREATE POLICY not_on_hold ON clients_clientkey AS RESTRICTIVE FOR DELETE TO coachops_base
  USING (NOT {ON_HOLD.format(table="clients_clientkey", column="client_id")});
CREATE POLICY not_on_hold ON clients_engagement AS RESTRICTIVE FOR DELETE TO coachops_base
  USING (NOT {ON_HOLD.format(table="clients_engagement", column="client_id")});
"""
NO_REMOVING = "".join(
    f"DROP POLICY not_on_hold ON clients_{table};"
    for table in ("engagement", "clientkey", "client")
)

OLDER_APPS = (
    "audit",
    "clients",
    "practices",
    "programs",
    "questionnaires",
    "scheduling",
    "tracking",
)


def let_be_erased(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Tables that were there before there was a role for it; those made since then know it."""
    for model in apps.get_models():
        columns = {field.column for field in model._meta.concrete_fields}
        is_older = model._meta.app_label in OLDER_APPS and "practice_id" in columns
        if is_older and model._meta.model_name != "membership":
            for statement in may_be_erased(model):
                editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0001_initial"),
        ("audit", "0002_wall"),
        ("clients", "0009_wall_of_intake"),
        ("practices", "0003_practice_language"),
        ("programs", "0002_wall"),
        ("questionnaires", "0002_wall"),
        ("scheduling", "0011_answers_of_seats"),
        ("tracking", "0010_preparation_wall"),
    ]
    operations = [
        migrations.RunPython(let_be_erased, migrations.RunPython.noop),
        TenantTable("RetentionPeriod"),
        TenantTable("RetentionRun", kind="append"),
        TenantTable("LegalHold"),
        TenantTable("Erasure"),
        TenantTable("AccessRequest"),
        TenantTable("NotesDecision"),
        TenantTable(
            "ReleasedNote",
            kind="confidential",
            only=f"{is_member('author_id')} OR {IS_THE_CLIENT}",
            check=f"{is_member('author_id')} AND {has_any_role('coach')}",
        ),
        TenantTable("SecondPerson"),
        TenantTable("BreakGlass"),
        TenantTable("BreakGlassConsent", kind="append"),
        PracticeFK("LegalHold", "client", on_delete="CASCADE", index=False),
        PracticeFK("LegalHold", "placed_by"),
        PracticeFK("LegalHold", "lifted_by"),
        PracticeFK("Erasure", "client", on_delete="SET NULL", index=False),
        PracticeFK("Erasure", "planned_by"),
        PracticeFK("AccessRequest", "client", on_delete="SET NULL", index=False),
        PracticeFK("AccessRequest", "handler"),
        PracticeFK("NotesDecision", "request", on_delete="CASCADE", index=False),
        PracticeFK("NotesDecision", "author"),
        PracticeFK("ReleasedNote", "request", on_delete="CASCADE", index=False),
        PracticeFK("ReleasedNote", "client", on_delete="CASCADE"),
        PracticeFK("ReleasedNote", "author"),
        PracticeFK("SecondPerson", "member"),
        PracticeFK("SecondPerson", "named_by"),
        PracticeFK("BreakGlass", "client", on_delete="CASCADE", index=False),
        PracticeFK("BreakGlass", "reader", index=False),
        PracticeFK("BreakGlass", "coach"),
        PracticeFK("BreakGlassConsent", "request", on_delete="CASCADE", index=False),
        PracticeFK("BreakGlassConsent", "membership"),
        migrations.RunSQL(WRITERS, NO_WRITERS),
        migrations.RunSQL(REMOVING, NO_REMOVING),
        migrations.RunSQL(GLASS, WHOLE),
    ]
