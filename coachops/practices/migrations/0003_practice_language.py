from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0002_wall")]
    operations = [
        migrations.AddField(
            model_name="practice",
            name="language",
            field=models.CharField(default="en-gb", max_length=8),
        ),
    ]
