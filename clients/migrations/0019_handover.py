from datetime import timedelta
from typing import Any

from django.db import migrations, models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, uuid7
from coachops.tenancy.scope import current_practice_id

# The first coach of a client sees everything, each later one what was shared since they began.
SINCE_WHEN = """
ALTER TABLE clients_coachassignment NO FORCE ROW LEVEL SECURITY;
UPDATE clients_coachassignment later SET sees_from_at = later.started_on
FROM clients_coachassignment earlier
WHERE earlier.practice_id = later.practice_id AND earlier.client_id = later.client_id
  AND (earlier.started_on, earlier.id) < (later.started_on, later.id);
ALTER TABLE clients_coachassignment FORCE ROW LEVEL SECURITY;
"""


def table(name: str, *, options: dict[str, Any], **fields: Any) -> migrations.CreateModel:
    """A table of a practice, with the columns that each of them has."""
    key = models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)
    practice = models.ForeignKey(
        db_index=False,
        default=current_practice_id,
        editable=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
        to="practices.practice",
    )
    once = models.UniqueConstraint(
        fields=("practice", "id"), name=f"{name.lower()}_practice_id_key"
    )
    options["constraints"] = [once, *options["constraints"]]
    return migrations.CreateModel(
        name=name,
        fields=[("id", key), *fields.items(), ("practice", practice)],
        options={"abstract": False, **options},
    )


def to(model: str, *, empty: bool = False) -> PracticeForeignKey:
    return PracticeForeignKey(to=model, related_name="+", null=empty, blank=empty)


CLIENT, ASSIGNMENT, MEMBER = "clients.client", "clients.coachassignment", "practices.membership"


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0018_wall_of_teams"),
        ("practices", "0003_practice_language"),
    ]

    operations = [
        migrations.RemoveConstraint("coachassignment", "coach_assignment_dates"),
        migrations.AddField(
            "coachassignment", "sees_from_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.RunSQL(SINCE_WHEN, migrations.RunSQL.noop),
        migrations.AddIndex(
            "coachassignment",
            models.Index(
                condition=Q(sees_from_at__isnull=False),
                fields=["practice", "coach"],
                name="coach_assignment_later",
            ),
        ),
        migrations.AddConstraint(
            "coachassignment",
            models.UniqueConstraint(
                condition=Q(sees_from_at=None),
                fields=("practice", "client"),
                name="coach_assignment_one_first",
            ),
        ),
        migrations.AddConstraint(
            "coachassignment",
            models.CheckConstraint(
                condition=Q(ended_on=None)
                | Q(ended_on__gte=models.F("started_on") - timedelta(days=1)),
                name="coach_assignment_dates",
            ),
        ),
        table(
            "HandoverBrief",
            sealed_body=models.BinaryField(),
            version=models.PositiveIntegerField(default=1),
            saved_at=models.DateTimeField(),
            shared_at=models.DateTimeField(blank=True, null=True),
            client=to(CLIENT),
            author=to(MEMBER),
            next_coach=to(MEMBER, empty=True),
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "client", "author"),
                        name="handover_brief_once_an_author",
                    )
                ]
            },
        ),
        table(
            "Handover",
            asked_at=models.DateTimeField(),
            answered_at=models.DateTimeField(blank=True, null=True),
            client=to(CLIENT),
            assignment=to(ASSIGNMENT),
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "assignment"), name="handover_once_an_assignment"
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=Q(answered_at=None),
                        fields=["practice", "client"],
                        name="handover_waiting",
                    )
                ],
            },
        ),
        table(
            "HandedOn",
            kind=models.CharField(
                choices=[
                    ("brief", "The brief"),
                    ("goals", "Goals and action items"),
                    ("summaries", "Session summaries and agreed points"),
                    ("reflections", "Shared reflections"),
                    ("answers", "Answered questionnaires"),
                ],
                max_length=12,
            ),
            given_at=models.DateTimeField(),
            withdrawn_at=models.DateTimeField(blank=True, null=True),
            client=to(CLIENT),
            assignment=to(ASSIGNMENT),
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(withdrawn_at=None),
                        fields=("practice", "assignment", "kind"),
                        name="handed_on_once",
                    )
                ],
                "indexes": [models.Index(fields=["practice", "client"], name="handed_on_client")],
            },
        ),
        table(
            "ContinuityWill",
            words=models.TextField(blank=True, max_length=1000),
            reviewed_on=models.DateField(),
            saved_at=models.DateTimeField(),
            coach=to(MEMBER),
            named=to(MEMBER),
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "coach"), name="continuity_will_once"
                    ),
                    models.CheckConstraint(
                        condition=~Q(coach=models.F("named")),
                        name="continuity_will_names_another",
                    ),
                ]
            },
        ),
        table(
            "ContinuityCase",
            reason=models.CharField(max_length=300),
            began_at=models.DateTimeField(),
            ended_at=models.DateTimeField(blank=True, null=True),
            coach=to(MEMBER),
            named=to(MEMBER),
            began_by=to(MEMBER),
            ended_by=to(MEMBER, empty=True),
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(ended_at=None),
                        fields=("practice", "coach"),
                        name="continuity_case_one_open",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=Q(ended_at=None),
                        fields=["practice", "named"],
                        name="continuity_case_open",
                    )
                ],
            },
        ),
        table(
            "ContinuityTask",
            done_at=models.DateTimeField(blank=True, null=True),
            case=to("clients.continuitycase"),
            client=to(CLIENT),
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "case", "client"), name="continuity_task_once"
                    )
                ],
                "indexes": [
                    models.Index(fields=["practice", "client"], name="continuity_task_client")
                ],
            },
        ),
    ]
