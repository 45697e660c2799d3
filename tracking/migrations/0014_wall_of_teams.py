from django.db import migrations

from coachops.tenancy.operations import (
    IS_ASSIGNED_COACH,
    IS_IN_THE_TEAM,
    IS_THE_CLIENT,
    has_any_role,
    is_member,
    shared_while_in_the_team,
)

COACHES = f"{has_any_role('coach')} AND {IS_ASSIGNED_COACH}"
SUMMARIES = "tracking_sessionsummary"
WORDINGS = "tracking_goalwording"
OF_CLIENTS = {
    SUMMARIES: (
        f"({COACHES} AND (shared_at IS NOT NULL OR {is_member('author_id')}))"
        f" OR (shared_at IS NOT NULL AND {IS_THE_CLIENT})"
    ),
    WORDINGS: f"({COACHES}) OR {IS_THE_CLIENT}",
}
# What a team shares with its members: summaries that were shared while they were in it, and the
# goals it works on while they are. Nothing else that is sealed opens by being in a team.
OF_TEAMS = {
    SUMMARIES: f"{OF_CLIENTS[SUMMARIES]} OR {shared_while_in_the_team(SUMMARIES)}",
    WORDINGS: f"{OF_CLIENTS[WORDINGS]} OR {IS_IN_THE_TEAM}",
}


def who_reads(conditions: dict[str, str]) -> str:
    """SQL that puts these in the place of the tables' own, by the name of TenantTable."""
    return "".join(
        f"DROP POLICY who_reads ON {table};\n"
        f"CREATE POLICY who_reads ON {table} AS RESTRICTIVE FOR SELECT TO coachops_confidential"
        f" USING ({condition});\n"
        for table, condition in conditions.items()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0013_since_a_coach_began"),
        ("clients", "0018_wall_of_teams"),
    ]
    operations = [migrations.RunSQL(who_reads(OF_TEAMS), who_reads(OF_CLIENTS))]
