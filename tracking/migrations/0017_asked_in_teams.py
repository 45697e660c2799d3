from django.db import migrations

import coachops.tenancy.models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0024_wall_of_threads_of_teams"),
        ("tracking", "0016_wall_of_goal_titles"),
    ]

    operations = [
        migrations.AddField(
            model_name="askedquestionnaire",
            name="team",
            field=coachops.tenancy.models.PracticeForeignKey(
                blank=True, null=True, related_name="+", to="clients.client"
            ),
        ),
    ]
