from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable


class Migration(migrations.Migration):
    dependencies = [("programs", "0001_initial"), ("clients", "0002_wall")]
    operations = [
        TenantTable("Program"),
        TenantTable("ProgramVersion"),
        TenantTable("Phase"),
        TenantTable("SessionPlan"),
        TenantTable("EngagementPlan"),
        TenantTable("PlannedSession"),
        TenantTable("LedgerAccount"),
        TenantTable("LedgerEntry", kind="append"),
        PracticeFK("ProgramVersion", "program", index=False),
        PracticeFK("Phase", "version", index=False),
        PracticeFK("SessionPlan", "phase", index=False),
        PracticeFK("EngagementPlan", "engagement", on_delete="CASCADE", index=False),
        PracticeFK("EngagementPlan", "version"),
        PracticeFK("PlannedSession", "plan", on_delete="CASCADE", index=False),
        PracticeFK("PlannedSession", "session_plan"),
        PracticeFK("LedgerAccount", "engagement", on_delete="CASCADE", index=False),
        PracticeFK("LedgerEntry", "account", on_delete="CASCADE", index=False),
    ]
