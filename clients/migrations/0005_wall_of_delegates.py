from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable, has_any_role

# Who may see a client's dates is the client's decision, and nobody else's.
WRITERS = has_any_role("client", "system")
POLICIES = f"""
CREATE POLICY who_inserts ON clients_delegation AS RESTRICTIVE FOR INSERT TO coachops_base
  WITH CHECK ({WRITERS});
CREATE POLICY who_updates ON clients_delegation AS RESTRICTIVE FOR UPDATE TO coachops_base
  USING ({WRITERS}) WITH CHECK ({WRITERS});
CREATE POLICY who_deletes ON clients_delegation AS RESTRICTIVE FOR DELETE TO coachops_base
  USING ({WRITERS});
"""
NO_POLICIES = """
DROP POLICY who_inserts ON clients_delegation;
DROP POLICY who_updates ON clients_delegation;
DROP POLICY who_deletes ON clients_delegation;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0004_delegates")]
    operations = [
        TenantTable("Delegation"),
        PracticeFK("Delegation", "client", on_delete="CASCADE", index=False),
        PracticeFK("Delegation", "membership", on_delete="CASCADE"),
        migrations.RunSQL(POLICIES, NO_POLICIES),
    ]
