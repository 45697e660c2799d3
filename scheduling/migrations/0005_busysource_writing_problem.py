from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0004_wall_of_calendars")]
    operations = [
        migrations.AddField(
            model_name="busysource",
            name="writing_problem",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
    ]
