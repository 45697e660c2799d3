from django.db import migrations

from coachops.tenancy.operations import (
    IS_ASSIGNED_COACH,
    IS_THE_CLIENT,
    PracticeFK,
    TenantTable,
    has_any_role,
    no_sees_since,
    sees_since,
)

TABLE = "tracking_goaltitle"
COACHES = f"{has_any_role('coach')} AND {IS_ASSIGNED_COACH}"
# A row is there only where the client wants an assistant to read it; which assistants work for this
# client's coach is decided where the page is opened.
READS = f"({COACHES}) OR {IS_THE_CLIENT} OR {has_any_role('assistant')}"
# Like summaries for the file not of the confidential role, which assistants never take.
SINCE = sees_since(TABLE, at="written_at", kind="goals")
HELD = (
    "SELECT hold.client_id FROM retention_legalhold hold"
    " WHERE hold.practice_id = (SELECT app.practice_id()) AND hold.lifted_at IS NULL"
)
BIND = (
    f"CREATE POLICY not_on_hold ON {TABLE} AS RESTRICTIVE FOR DELETE TO coachops_eraser"
    f" USING ((client_id IN ({HELD})) IS NOT TRUE);"
)


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0015_goal_titles"),
        ("clients", "0020_wall_of_handover"),
        ("retention", "0005_holds_bind_everybody"),
    ]
    operations = [
        TenantTable("GoalTitle", only=READS, check=IS_THE_CLIENT),
        PracticeFK("GoalTitle", "goal", on_delete="CASCADE", index=False),
        PracticeFK("GoalTitle", "client", on_delete="CASCADE"),
        migrations.RunSQL(
            SINCE + BIND, no_sees_since(TABLE) + f"DROP POLICY not_on_hold ON {TABLE};"
        ),
    ]
