from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable


class Migration(migrations.Migration):
    dependencies = [("clients", "0004_delegates")]
    operations = [
        TenantTable("Delegation"),
        PracticeFK("Delegation", "client", on_delete="CASCADE", index=False),
        PracticeFK("Delegation", "membership", on_delete="CASCADE"),
    ]
