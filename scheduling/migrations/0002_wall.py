from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable

# A coach who works in two practices is busy in both; bare times say no more than that. Writing
# stays behind the wall.
BUSY_TIMES = (
    "CREATE POLICY busy_times ON scheduling_claim FOR SELECT TO coachops_base USING (true);"
)


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0001_initial"), ("programs", "0002_wall")]
    operations = [
        TenantTable("Schedule"),
        TenantTable("ScheduleRule"),
        TenantTable("ScheduleOverride"),
        TenantTable("Offering"),
        TenantTable("Session"),
        TenantTable("Claim"),
        migrations.RunSQL(BUSY_TIMES, "DROP POLICY busy_times ON scheduling_claim;"),
        PracticeFK("Schedule", "coach", index=False),
        PracticeFK("ScheduleRule", "schedule", on_delete="CASCADE"),
        PracticeFK("ScheduleOverride", "schedule", on_delete="CASCADE", index=False),
        PracticeFK("Offering", "coach"),
        PracticeFK("Offering", "schedule"),
        PracticeFK("Session", "offering"),
        PracticeFK("Session", "coach", index=False),
        PracticeFK("Session", "client", on_delete="CASCADE", index=False),
        PracticeFK("Session", "engagement", on_delete="CASCADE", index=False),
        PracticeFK("Session", "planned_session"),
        PracticeFK("Claim", "session", on_delete="CASCADE"),
    ]
