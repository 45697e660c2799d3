from django.db import migrations

from coachops.tenancy.operations import IN_PRACTICE

# As 0005 does for what was there before.
HELD = (
    "client_id IN (SELECT hold.client_id FROM retention_legalhold hold"  # noqa: S608 -- constants
    f" WHERE hold.{IN_PRACTICE} AND hold.lifted_at IS NULL)"
)
TABLES = (
    "clients_continuitytask",
    "clients_handedon",
    "clients_handover",
    "clients_handoverbrief",
    "clients_teammember",
)
BIND = "".join(
    f"CREATE POLICY not_on_hold ON {table} AS RESTRICTIVE FOR DELETE TO coachops_eraser"
    f" USING (({HELD}) IS NOT TRUE);"
    for table in TABLES
)
LOOSEN = "".join(f"DROP POLICY not_on_hold ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0005_holds_bind_everybody"),
        ("clients", "0020_wall_of_handover"),
    ]
    operations = [migrations.RunSQL(BIND, LOOSEN)]
