from django.db import migrations, models

from coachops.tenancy.operations import IN_PRACTICE, IS_THE_CLIENT, has_any_role, is_member

# Dates are those of the day: a person named yesterday cannot be written down as named in spring,
# and a question asked today not as one that was left without an answer.
NOW = "BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'"
OWNS = has_any_role("owner")

CLIENTS_OWN = (
    "giver = 'client' AND EXISTS (SELECT FROM retention_breakglass asked"
    f" WHERE asked.{IN_PRACTICE} AND asked.id = request_id AND asked.{IS_THE_CLIENT})"
)
NAMED = (
    "EXISTS (SELECT FROM retention_secondperson person"
    f" WHERE person.{IN_PRACTICE} AND person.member_id = membership_id"
    " AND person.ended_at IS NULL AND person.named_at <= now() - interval '14 days')"
)
SECONDS_OF_BEFORE = (
    f"giver = 'second' AND {is_member('membership_id')}"
    " AND EXISTS (SELECT FROM retention_breakglass asked"
    f" WHERE asked.{IN_PRACTICE} AND asked.id = request_id AND asked.reader_id <> membership_id)"
    f" AND {NAMED}"
)
# The client has no way in, or was asked and has said nothing for two weeks; and never said no.
CANNOT_BE_ASKED = (
    "NOT EXISTS (SELECT FROM clients_client client JOIN practices_membership door"
    " ON door.practice_id = client.practice_id AND door.id = client.membership_id"
    " WHERE client.practice_id = asked.practice_id AND client.id = asked.client_id"
    " AND door.ended_at IS NULL AND 'client' = ANY (door.roles))"
)
SAID_NOTHING = "app.said_nothing(asked.practice_id, asked.client_id)"
SAID_NO = (
    "EXISTS (SELECT FROM retention_breakglass refused"
    " WHERE refused.practice_id = asked.practice_id AND refused.client_id = asked.client_id"
    " AND refused.is_refused)"
)
SECONDS = (
    f"giver = 'second' AND {is_member('membership_id')}"
    " AND EXISTS (SELECT FROM retention_breakglass asked"
    f" WHERE asked.{IN_PRACTICE} AND asked.id = request_id AND asked.reader_id <> membership_id"
    " AND asked.coach_id <> membership_id AND asked.asked_of = 'second'"
    f" AND ({CANNOT_BE_ASKED} OR {SAID_NOTHING}) AND NOT {SAID_NO})"
    f" AND {NAMED}"
)
GIVEN = "given_at <= now() + interval '5 minutes'"

# A function, since a policy cannot look at its own table.
FUNCTION = """
CREATE FUNCTION app.said_nothing(practice uuid, client uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM retention_breakglass earlier
    WHERE earlier.practice_id = practice AND earlier.client_id = client
    AND earlier.asked_of = 'client' AND earlier.asked_at <= now() - interval '14 days'
    AND earlier.asked_at > now() - interval '90 days'
    AND (earlier.ended_at IS NULL OR earlier.ended_at >= earlier.asked_at + interval '14 days')
    AND NOT EXISTS (
      SELECT FROM retention_breakglassconsent said
      WHERE said.practice_id = earlier.practice_id AND said.request_id = earlier.id));
END $$;
"""
WALL = f"""
ALTER POLICY who_inserts ON retention_breakglassconsent
  WITH CHECK ((({CLIENTS_OWN}) OR ({SECONDS})) AND {GIVEN});
ALTER POLICY who_inserts ON retention_secondperson
  WITH CHECK ({OWNS} AND {is_member("named_by_id")} AND named_at {NOW});
ALTER POLICY who_inserts ON retention_breakglass
  WITH CHECK ({OWNS} AND {is_member("reader_id")} AND asked_at {NOW}
    AND ended_at IS NULL AND NOT is_refused);
ALTER POLICY who_updates ON retention_breakglass
  WITH CHECK (ended_at IS NOT NULL AND is_refused = ({IS_THE_CLIENT}));
GRANT UPDATE (is_refused) ON retention_breakglass TO coachops_base;
"""
BEFORE = f"""
REVOKE UPDATE (is_refused) ON retention_breakglass FROM coachops_base;
ALTER POLICY who_updates ON retention_breakglass WITH CHECK (ended_at IS NOT NULL);
ALTER POLICY who_inserts ON retention_breakglass
  WITH CHECK ({OWNS} AND {is_member("reader_id")});
ALTER POLICY who_inserts ON retention_secondperson
  WITH CHECK ({OWNS} AND {is_member("named_by_id")});
ALTER POLICY who_inserts ON retention_breakglassconsent
  WITH CHECK ((({CLIENTS_OWN}) OR ({SECONDS_OF_BEFORE})) AND {GIVEN});
"""


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0003_enquiries_have_a_period"),
        ("clients", "0016_enquiry_dates"),
        ("practices", "0003_practice_language"),
    ]

    operations = [
        migrations.AddField(
            model_name="breakglass",
            name="asked_of",
            field=models.CharField(
                choices=[("client", "The client"), ("second", "The independent second person")],
                default="client",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="breakglass",
            name="is_refused",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="breakglass",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_refused", False), ("ended_at__isnull", False), _connector="OR"
                ),
                name="break_glass_refused_is_ended",
            ),
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION app.said_nothing"),
        migrations.RunSQL(WALL, BEFORE),
    ]
