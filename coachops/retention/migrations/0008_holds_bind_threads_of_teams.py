from django.db import migrations

from coachops.tenancy.operations import IN_PRACTICE

# As 0005 does for what was there before: of a thread whose team is under a hold.
HELD = (
    "thread_id IN (SELECT thread.id FROM clients_messagethread thread"  # noqa: S608 -- constants
    " JOIN retention_legalhold hold ON hold.practice_id = thread.practice_id"
    " AND hold.client_id = thread.client_id"
    f" WHERE thread.{IN_PRACTICE} AND hold.lifted_at IS NULL)"
)
BIND = (
    "CREATE POLICY not_on_hold ON clients_threadreader AS RESTRICTIVE FOR DELETE"
    f" TO coachops_eraser USING (({HELD}) IS NOT TRUE);"
)
LOOSEN = "DROP POLICY not_on_hold ON clients_threadreader;"


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0007_glass_beside_teams"),
        ("clients", "0024_wall_of_threads_of_teams"),
    ]
    operations = [migrations.RunSQL(BIND, LOOSEN)]
