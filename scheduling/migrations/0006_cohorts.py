import django.db.models.deletion
from django.db import migrations, models

import coachops.tenancy.models
import coachops.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0005_wall_of_delegates"),
        ("practices", "0003_practice_language"),
        ("scheduling", "0005_busysource_writing_problem"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cohort",
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
                ("name", models.CharField(max_length=80)),
                ("capacity", models.PositiveSmallIntegerField()),
                ("draws_on_ledger", models.BooleanField(default=False)),
                ("is_open", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
                    "series",
                    coachops.tenancy.models.PracticeForeignKey(
                        related_name="+", to="scheduling.series"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CohortMember",
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
                ("joined_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "client",
                    coachops.tenancy.models.PracticeForeignKey(
                        related_name="+", to="clients.client"
                    ),
                ),
                (
                    "cohort",
                    coachops.tenancy.models.PracticeForeignKey(
                        related_name="+", to="scheduling.cohort"
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="cohort",
            constraint=models.UniqueConstraint(
                fields=("practice", "id"), name="cohort_practice_id_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="cohort",
            constraint=models.UniqueConstraint(
                fields=("practice", "series"), name="cohort_series_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="cohort",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity__gte", 2), ("capacity__lte", 200)),
                name="cohort_capacity",
            ),
        ),
        migrations.AddConstraint(
            model_name="cohortmember",
            constraint=models.UniqueConstraint(
                fields=("practice", "id"), name="cohortmember_practice_id_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="cohortmember",
            constraint=models.UniqueConstraint(
                fields=("practice", "cohort", "client"), name="cohort_member_once"
            ),
        ),
    ]
