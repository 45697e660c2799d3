from django.db import migrations

from coachops.tenancy.functions import FUNCTIONS, FUNCTIONS_REVERSE


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(FUNCTIONS, FUNCTIONS_REVERSE)]
