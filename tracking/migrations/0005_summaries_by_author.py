from django.db import migrations, models

from coachops.tenancy.operations import (
    IS_ASSIGNED_COACH,
    IS_THE_CLIENT,
    has_any_role,
    is_member,
)

TABLE = "tracking_sessionsummary"
COACHES = f"{has_any_role('coach')} AND {IS_ASSIGNED_COACH}"
IS_AUTHOR = is_member("author_id")
POLICIES = ("who_reads", "who_inserts", "who_updates", "who_deletes")


def policies(*, reads: str, writes: str) -> str:
    """SQL that puts these in the place of the table's own, by the names of TenantTable."""
    to = f"ON {TABLE} AS RESTRICTIVE FOR"
    holder = "TO coachops_confidential"
    dropped = "".join(f"DROP POLICY {name} ON {TABLE};\n" for name in POLICIES)
    return (
        f"{dropped}"
        f"CREATE POLICY who_reads {to} SELECT {holder} USING ({reads});\n"
        f"CREATE POLICY who_inserts {to} INSERT {holder} WITH CHECK ({writes});\n"
        f"CREATE POLICY who_updates {to} UPDATE {holder} USING ({writes}) WITH CHECK ({writes});\n"
        f"CREATE POLICY who_deletes {to} DELETE {holder} USING ({writes});\n"
    )


# A draft is its author's alone: whoever coaches the client next reads what was shared, and writes a
# summary of their own.
OF_THE_AUTHOR = policies(
    reads=(
        f"({COACHES} AND (shared_at IS NOT NULL OR {IS_AUTHOR}))"
        f" OR (shared_at IS NOT NULL AND {IS_THE_CLIENT})"
    ),
    writes=f"{COACHES} AND {IS_AUTHOR}",
)
OF_ANY_COACH = policies(
    reads=f"({COACHES}) OR (shared_at IS NOT NULL AND {IS_THE_CLIENT})", writes=COACHES
)


class Migration(migrations.Migration):
    dependencies = [("tracking", "0004_frozen_reports_wall")]
    operations = [
        migrations.RemoveConstraint("sessionsummary", "session_summary_once_a_session"),
        migrations.AddConstraint(
            "sessionsummary",
            models.UniqueConstraint(
                fields=("practice", "session", "author"), name="session_summary_once_an_author"
            ),
        ),
        migrations.RunSQL(OF_THE_AUTHOR, OF_ANY_COACH),
    ]
