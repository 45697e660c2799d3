import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0021_who_fills_a_team")]

    operations = [
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                models.F("practice"),
                django.db.models.functions.text.Lower("email"),
                name="client_practice_lower_email",
            ),
        ),
    ]
