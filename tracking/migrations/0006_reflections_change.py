from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracking", "0005_summaries_by_author")]
    operations = [
        migrations.AddField(
            model_name="reflection",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="reflection",
            name="saved_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
