from django.db import migrations

from coachops.tenancy.operations import IS_ASSIGNED_COACH, has_any_role

# Whoever says who is in a team says who reads what the team was shared: its coach, as with the
# address of a client. Others who organise may see the list, invite, and say that somebody left.
COACHES_THE_TEAM = IS_ASSIGNED_COACH.replace("client_id IN", "team_id IN", 1)
FILLS = f"({has_any_role('system')} OR ({has_any_role('coach')} AND {COACHES_THE_TEAM}))"
OF_KIND = (
    "{column} IN (SELECT client.id FROM clients_client client"
    " WHERE client.practice_id = (SELECT app.practice_id()) AND client.kind = '{kind}')"
)
KINDS = (
    f"{OF_KIND.format(column='team_id', kind='team')}"
    f" AND {OF_KIND.format(column='client_id', kind='person')}"
)
WRITERS = has_any_role("owner", "coach", "assistant", "system")


class Migration(migrations.Migration):
    dependencies = [("clients", "0020_wall_of_handover"), ("clients", "0018_wall_of_teams")]
    operations = [
        migrations.RunSQL(
            f"ALTER POLICY who_inserts ON clients_teammember WITH CHECK ({FILLS} AND {KINDS})",
            f"ALTER POLICY who_inserts ON clients_teammember WITH CHECK ({WRITERS} AND {KINDS})",
        )
    ]
