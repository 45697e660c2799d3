import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import coachops.tenancy.models
from coachops.tenancy.operations import PracticeFK

MEMBERSHIP, SCHEDULE = "practices.membership", "scheduling.schedule"


def _one(to: str) -> models.Field:
    return coachops.tenancy.models.PracticeForeignKey(
        blank=True,
        db_constraint=False,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0009_wall_of_cohorts")]
    operations = [
        migrations.AddField("Offering", "second_coach", _one(MEMBERSHIP)),
        migrations.AddField("Offering", "second_schedule", _one(SCHEDULE)),
        migrations.AddField("Session", "second_coach", _one(MEMBERSHIP)),
        migrations.AddConstraint(
            "Offering",
            models.CheckConstraint(
                condition=Q(second_coach=None, second_schedule=None)
                | Q(second_coach__isnull=False, second_schedule__isnull=False, pooling="")
                & ~Q(second_coach=F("coach")),
                name="offering_second_coach",
            ),
        ),
        migrations.AddConstraint(
            "Session",
            models.CheckConstraint(
                condition=Q(second_coach=None) | ~Q(second_coach=F("coach")),
                name="session_second_coach",
            ),
        ),
        migrations.AddIndex(
            "Session",
            models.Index(
                fields=["practice", "second_coach", "starts_at"],
                condition=Q(second_coach__isnull=False),
                name="session_second_coach_starts",
            ),
        ),
        PracticeFK("Offering", "second_coach"),
        PracticeFK("Offering", "second_schedule"),
        PracticeFK("Session", "second_coach", index=False),
    ]
