import django.db.models.deletion
from django.db import migrations, models

import coachops.tenancy.models
import coachops.tenancy.scope


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0016_enquiry_dates"),
        ("practices", "0003_practice_language"),
    ]

    operations = [
        migrations.RemoveConstraint("client", "client_email_once"),
        migrations.AddField(
            model_name="client",
            name="kind",
            field=models.CharField(
                choices=[("person", "A person"), ("team", "A team")],
                db_default="person",
                default="person",
                max_length=6,
            ),
        ),
        migrations.AlterField(
            model_name="client",
            name="email",
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddConstraint(
            "client",
            models.UniqueConstraint(
                condition=models.Q(("kind", "person")),
                fields=("practice", "email"),
                name="client_email_once",
            ),
        ),
        migrations.AddConstraint(
            "client",
            models.CheckConstraint(
                condition=models.Q(
                    ("kind", "person"),
                    models.Q(("email", ""), ("membership", None)),
                    _connector="OR",
                ),
                name="client_team_has_no_address",
            ),
        ),
        migrations.AddIndex(
            "client",
            models.Index(fields=["practice", "email"], name="client_practice_email"),
        ),
        migrations.CreateModel(
            name="TeamMember",
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
                ("is_speaker", models.BooleanField(default=False)),
                (
                    "client",
                    coachops.tenancy.models.PracticeForeignKey(
                        related_name="+", to="clients.client"
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
                    "team",
                    coachops.tenancy.models.PracticeForeignKey(
                        related_name="+", to="clients.client"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.AddConstraint(
            "teammember",
            models.UniqueConstraint(fields=("practice", "id"), name="teammember_practice_id_key"),
        ),
        migrations.AddConstraint(
            "teammember",
            models.UniqueConstraint(
                condition=models.Q(("left_at", None)),
                fields=("practice", "team", "client"),
                name="team_member_present_once",
            ),
        ),
        migrations.AddConstraint(
            "teammember",
            models.UniqueConstraint(
                condition=models.Q(("is_speaker", True), ("left_at", None)),
                fields=("practice", "team"),
                name="team_one_speaker",
            ),
        ),
        migrations.AddConstraint(
            "teammember",
            models.CheckConstraint(
                condition=models.Q(
                    ("left_at", None), ("left_at__gte", models.F("joined_at")), _connector="OR"
                ),
                name="team_member_dates",
            ),
        ),
        migrations.AddConstraint(
            "teammember",
            models.CheckConstraint(
                condition=models.Q(("team", models.F("client")), _negated=True),
                name="team_member_is_another",
            ),
        ),
    ]
