from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0008_meant_wall_times"), ("clients", "0002_wall")]
    operations = [
        TenantTable("Cohort"),
        TenantTable("CohortMember"),
        PracticeFK("Cohort", "series", on_delete="CASCADE", index=False),
        PracticeFK("CohortMember", "cohort", on_delete="CASCADE", index=False),
        PracticeFK("CohortMember", "client", on_delete="CASCADE"),
    ]
