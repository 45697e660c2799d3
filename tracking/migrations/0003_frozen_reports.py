import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import coachops.tenancy.models
import coachops.tenancy.scope
import tracking.models.reports


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0002_wall"),
        ("practices", "0002_wall"),
        ("tracking", "0002_wall"),
    ]
    operations = [
        migrations.RemoveField("progressreport", "opened_at"),
        migrations.RemoveField("progressreport", "pdf"),
        migrations.RemoveField("progressreport", "rendered_at"),
        migrations.AddField("progressreport", "is_final", models.BooleanField(default=False)),
        migrations.AddField("progressreport", "requested_changes", models.TextField(blank=True)),
        migrations.AlterField(
            "progressreport",
            "state",
            models.CharField(
                choices=[
                    ("due", "Due"),
                    ("drafted", "Drafted"),
                    ("checked", "Checked"),
                    ("in_review", "With the client"),
                    ("approved", "Approved"),
                    ("issued", "Issued"),
                ],
                default="due",
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            "progressreport",
            models.UniqueConstraint(
                condition=~Q(state="issued"),
                fields=("practice", "engagement"),
                name="progress_report_one_open",
            ),
        ),
        migrations.CreateModel(
            "ReportFile",
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
                (
                    "file",
                    models.FileField(max_length=200, upload_to=tracking.models.reports.file_path),
                ),
                ("fingerprint", models.CharField(max_length=64)),
                ("rendered_at", models.DateTimeField()),
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
                    "report",
                    coachops.tenancy.models.PracticeForeignKey(
                        related_name="+", to="tracking.progressreport"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "id"), name="reportfile_practice_id_key"
                    ),
                    models.UniqueConstraint(fields=("practice", "report"), name="report_file_once"),
                ],
            },
        ),
    ]
