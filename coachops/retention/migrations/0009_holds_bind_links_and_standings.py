from django.db import migrations

from coachops.tenancy.operations import IN_PRACTICE

# As 0005 does for what was there before.
HELD = (
    "client_id IN (SELECT hold.client_id FROM retention_legalhold hold"  # noqa: S608 -- constants
    f" WHERE hold.{IN_PRACTICE} AND hold.lifted_at IS NULL)"
)
TABLES = ("clients_briefstanding", "clients_handoverlink")
BIND = "".join(
    f"CREATE POLICY not_on_hold ON {table} AS RESTRICTIVE FOR DELETE TO coachops_eraser"
    f" USING (({HELD}) IS NOT TRUE);"
    for table in TABLES
)
LOOSEN = "".join(f"DROP POLICY not_on_hold ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0008_holds_bind_threads_of_teams"),
        ("clients", "0026_wall_of_handover_by_link"),
    ]
    operations = [migrations.RunSQL(BIND, LOOSEN)]
