from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable


class Migration(migrations.Migration):
    dependencies = [("programs", "0003_checklists")]
    operations = [
        TenantTable("ChecklistItem"),
        TenantTable("HealthThresholds"),
        PracticeFK("ChecklistItem", "program", on_delete="CASCADE", index=False),
        PracticeFK("HealthThresholds", "program", on_delete="CASCADE", index=False),
    ]
