from datetime import UTC, datetime

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import coachops.tenancy.models
import coachops.tenancy.scope

# Whoever was in a team before this is nobody's news.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0022_addresses_in_any_letters"),
        ("practices", "0003_practice_language"),
    ]

    operations = [
        migrations.AddField(
            model_name="teammember",
            name="added_at",
            field=models.DateTimeField(default=LONG_AGO),
        ),
        migrations.AlterField(
            model_name="teammember",
            name="added_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.CreateModel(
            name="ThreadReader",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=coachops.tenancy.models.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("unread", models.PositiveIntegerField(default=0)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("mail_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    coachops.tenancy.models.PracticeForeignKey(
                        related_name="+", to="clients.teammember"
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        db_index=False,
                        default=coachops.tenancy.scope.current_practice_id,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="practices.practice",
                    ),
                ),
                (
                    "thread",
                    coachops.tenancy.models.PracticeForeignKey(
                        related_name="+", to="clients.messagethread"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "id"), name="threadreader_practice_id_key"
                    ),
                    models.UniqueConstraint(
                        fields=("practice", "thread", "member"), name="thread_reader_once"
                    ),
                ],
            },
        ),
    ]
