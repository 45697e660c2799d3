from django.db import migrations

from coachops.tenancy.operations import TenantTable


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("tenancy", "0001_scope")]
    operations = [TenantTable("AuditEvent", kind="append")]
