from django.db import migrations

# The same people are seen as before. An OR, PostgreSQL expects to be true of as many rows as an
# average practice has, and plans every statement with members in it for so few; of a CASE it
# expects nothing but every second row (decision 15).
COUNTED = """
ALTER POLICY visible ON practices_membership
  USING (CASE WHEN practice_id = (SELECT app.practice_id_or_null()) THEN true
         ELSE user_id = (SELECT app.user_id_or_null()) END);
"""
AS_BEFORE = """
ALTER POLICY visible ON practices_membership
  USING (user_id = (SELECT app.user_id_or_null())
         OR practice_id = (SELECT app.practice_id_or_null()));
"""


class Migration(migrations.Migration):
    dependencies = [("practices", "0003_practice_language")]
    operations = [migrations.RunSQL(COUNTED, AS_BEFORE)]
