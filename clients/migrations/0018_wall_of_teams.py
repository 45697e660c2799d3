from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable, has_any_role

# A row here opens what a team was shared: clients and sponsors read it and never write it, and a
# team consists of people.
WRITERS = has_any_role("owner", "coach", "assistant", "system")
OF_KIND = (
    "{column} IN (SELECT client.id FROM clients_client client"
    " WHERE client.practice_id = (SELECT app.practice_id()) AND client.kind = '{kind}')"
)
IS_A_TEAM = OF_KIND.format(column="team_id", kind="team")
IS_A_PERSON = OF_KIND.format(column="client_id", kind="person")
POLICIES = f"""
CREATE POLICY who_inserts ON clients_teammember AS RESTRICTIVE FOR INSERT TO coachops_base
  WITH CHECK ({WRITERS} AND {IS_A_TEAM} AND {IS_A_PERSON});
CREATE POLICY who_updates ON clients_teammember AS RESTRICTIVE FOR UPDATE TO coachops_base
  USING ({WRITERS}) WITH CHECK ({WRITERS} AND {IS_A_TEAM} AND {IS_A_PERSON});
CREATE POLICY who_deletes ON clients_teammember AS RESTRICTIVE FOR DELETE TO coachops_base
  USING ({WRITERS});
"""
NO_POLICIES = """
DROP POLICY who_inserts ON clients_teammember;
DROP POLICY who_updates ON clients_teammember;
DROP POLICY who_deletes ON clients_teammember;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0017_teams")]
    operations = [
        TenantTable("TeamMember"),
        PracticeFK("TeamMember", "team", on_delete="CASCADE"),
        PracticeFK("TeamMember", "client", on_delete="CASCADE"),
        migrations.RunSQL(POLICIES, NO_POLICIES),
    ]
