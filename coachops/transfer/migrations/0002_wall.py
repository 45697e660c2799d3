from django.db import migrations

from coachops.tenancy.operations import AS_TRANSFER, PracticeFK, TenantTable

# Tables from before this role get its doors here; later ones get them from TenantTable.
DOORS = f"""
GRANT USAGE ON SCHEMA app, public TO coachops_transfer;
DO $$
DECLARE
  entry text;
BEGIN
  FOR entry IN
    SELECT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE p.polname = 'tenant' AND c.relnamespace = 'public'::regnamespace
      AND c.relname <> 'outbox_message'
      AND NOT EXISTS (SELECT FROM pg_policy d WHERE d.polrelid = c.oid
                      AND d.polname = 'transfer_out')
  LOOP
    EXECUTE format('CREATE POLICY transfer_out ON %I FOR SELECT TO coachops_transfer'
      ' USING ({AS_TRANSFER.replace("'", "''")})', entry);
    EXECUTE format('CREATE POLICY transfer_in ON %I FOR INSERT TO coachops_transfer'
      ' WITH CHECK ({AS_TRANSFER.replace("'", "''")})', entry);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO coachops_transfer', entry);
  END LOOP;
END $$;
"""  # noqa: S608 -- nothing but the constants above


class Migration(migrations.Migration):
    dependencies = [
        ("transfer", "0001_initial"),
        ("practices", "0003_practice_language"),
        ("clients", "0005_wall_of_delegates"),
    ]
    operations = [
        migrations.RunSQL(DOORS, migrations.RunSQL.noop),
        TenantTable("Transfer"),
        TenantTable("ImportedRow"),
        PracticeFK("Transfer", "asked_by", on_delete="CASCADE", index=False),
        PracticeFK("ImportedRow", "transfer", on_delete="CASCADE", index=False),
        PracticeFK("ImportedRow", "client", on_delete="SET NULL"),
    ]
