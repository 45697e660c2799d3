from typing import Any

from django.db import migrations, models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, uuid7
from coachops.tenancy.scope import current_practice_id


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


def to(model: str) -> PracticeForeignKey:
    return PracticeForeignKey(to=model, related_name="+")


def moment() -> Any:
    return models.DateTimeField(blank=True, null=True)


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0024_wall_of_threads_of_teams"),
        ("practices", "0003_practice_language"),
    ]

    operations = [
        table(
            "BriefStanding",
            wanted_at=moment(),
            declined_at=moment(),
            shared_at=moment(),
            author=to("practices.membership"),
            client=to("clients.client"),
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "client", "author"), name="brief_standing_once"
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=Q(wanted_at__isnull=False, declined_at=None, shared_at=None),
                        fields=["practice", "author"],
                        name="brief_standing_wanted",
                    )
                ],
            },
        ),
        table(
            "HandoverLink",
            opened_at=models.DateTimeField(),
            closed_at=moment(),
            codes_sent=models.PositiveSmallIntegerField(default=0),
            code_hash=models.BinaryField(blank=True, max_length=32, null=True),
            code_sent_at=moment(),
            code_tries=models.PositiveSmallIntegerField(default=0),
            client=to("clients.client"),
            handover=to("clients.handover"),
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("practice", "handover"), name="handover_link_once"
                    )
                ],
                "indexes": [
                    models.Index(fields=["practice", "client"], name="handover_link_client")
                ],
            },
        ),
    ]
