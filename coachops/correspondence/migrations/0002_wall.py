from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0001_initial"), ("clients", "0001_initial")]
    operations = [
        TenantTable("MailLogEntry"),
        PracticeFK("MailLogEntry", "client", on_delete="CASCADE", index=False),
        TenantTable("AddressBounce"),
        PracticeFK("AddressBounce", "client", on_delete="CASCADE"),
        TenantTable("MailPreference"),
        PracticeFK("MailPreference", "client", on_delete="CASCADE"),
        TenantTable("DigestLine"),
    ]
