from django.db import migrations, models

import coachops.tenancy.models
from coachops.tenancy.operations import PracticeFK, has_any_role

# Who coaches a client, who the client is and their key decide who reads what was said in
# confidence. Clients and sponsors read these rows and never write them.
TABLES = ("clients_client", "clients_clientkey", "clients_coachassignment")
WRITERS = has_any_role("owner", "coach", "assistant", "system")


def _policies(table: str) -> str:
    head = f"ON {table} AS RESTRICTIVE FOR"
    return f"""
CREATE POLICY who_inserts {head} INSERT TO coachops_base WITH CHECK ({WRITERS});
CREATE POLICY who_updates {head} UPDATE TO coachops_base
  USING ({WRITERS}) WITH CHECK ({WRITERS});
CREATE POLICY who_deletes {head} DELETE TO coachops_base USING ({WRITERS});
"""


def _no_policies(table: str) -> str:
    return f"""
DROP POLICY who_inserts ON {table};
DROP POLICY who_updates ON {table};
DROP POLICY who_deletes ON {table};
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0002_wall")]
    operations = [
        migrations.AddField(
            model_name="sponsororganisation",
            name="added_by",
            field=coachops.tenancy.models.PracticeForeignKey(
                blank=True, null=True, related_name="+", to="practices.membership"
            ),
        ),
        migrations.AddField(
            model_name="sponsorcontact",
            name="access_ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        PracticeFK("SponsorOrganisation", "added_by"),
        migrations.RunSQL(
            "".join(_policies(table) for table in TABLES),
            "".join(_no_policies(table) for table in TABLES),
        ),
    ]
