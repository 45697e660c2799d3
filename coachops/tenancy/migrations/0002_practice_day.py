from django.db import migrations

from coachops.tenancy.functions import PRACTICE_DAY

NO_PRACTICE_DAY = "DROP FUNCTION app.practice_day(timestamptz);"


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_scope")]
    operations = [migrations.RunSQL(PRACTICE_DAY, NO_PRACTICE_DAY)]
