import coachops.tenancy.models
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("practices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("worker", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("drained_at", models.DateTimeField()),
                ("oldest_due_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Message",
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
                ("kind", models.CharField(max_length=40)),
                ("key", models.CharField(db_collation="C", max_length=200)),
                ("subject_id", models.UUIDField(null=True)),
                ("recipient", models.EmailField(blank=True, max_length=254)),
                ("payload", models.JSONField(default=dict)),
                ("body", models.TextField(blank=True)),
                ("priority", models.PositiveSmallIntegerField(default=5)),
                ("due_at", models.DateTimeField()),
                ("not_after", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("dead", "Given up"),
                            ("cancelled", "Cancelled"),
                            ("expired", "No longer wanted"),
                        ],
                        default="pending",
                        max_length=9,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("max_attempts", models.PositiveSmallIntegerField(default=8)),
                ("claim", models.UUIDField(null=True)),
                ("claimed_by", models.CharField(blank=True, max_length=80)),
                ("lease_until", models.DateTimeField(null=True)),
                ("handoff_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("unsure", models.PositiveSmallIntegerField(default=0)),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "practice",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="practices.practice",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["priority", "due_at"],
                        name="message_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "sending")),
                        fields=["lease_until"],
                        name="message_lease",
                    ),
                    models.Index(
                        condition=models.Q(("state", "dead")),
                        fields=["practice", "created_at"],
                        name="message_practice_dead",
                    ),
                    models.Index(
                        fields=["practice", "subject_id"], name="message_practice_subject"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "key"), name="message_key_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["pending", "sending", "sent", "dead", "cancelled", "expired"],
                            )
                        ),
                        name="message_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("body", ""),
                            models.Q(("practice", None), ("state__in", ("pending", "sending"))),
                            _connector="OR",
                        ),
                        name="message_body_only_global_and_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sending"), _negated=True),
                            ("lease_until__isnull", False),
                            _connector="OR",
                        ),
                        name="message_sending_has_lease",
                    ),
                ],
            },
        ),
    ]
