from django.db import migrations

from coachops.tenancy.operations import (
    IN_PRACTICE,
    IS_ASSIGNED_COACH,
    IS_IN_THE_TEAM,
    IS_THE_CLIENT,
    has_any_role,
    is_member,
    shared_while_in_the_team,
)

COACHES = f"{has_any_role('coach')} AND {IS_ASSIGNED_COACH}"
BREAKS_GLASS = (
    f"{has_any_role('break_glass')} AND client_id IN ("  # noqa: S608 -- constants
    "SELECT asked.client_id FROM retention_breakglass asked"
    " JOIN retention_breakglassconsent given ON given.practice_id = asked.practice_id"
    " AND given.request_id = asked.id"
    f" WHERE asked.{IN_PRACTICE} AND asked.{is_member('reader_id')} AND asked.ended_at IS NULL"
    " AND given.given_at + make_interval(hours => asked.hours::int) > now()"
    " AND NOT EXISTS (SELECT FROM clients_coachassignment assignment"
    " WHERE assignment.practice_id = asked.practice_id AND assignment.client_id = asked.client_id"
    " AND assignment.started_on <= CURRENT_DATE"
    " AND (assignment.ended_on IS NULL OR assignment.ended_on > CURRENT_DATE)))"
)
SHARED = f"(shared_at IS NOT NULL AND {BREAKS_GLASS})"
SUMMARIES, WORDINGS = "tracking_sessionsummary", "tracking_goalwording"
# Two walls meet here: what a team shares with its members, and what opens through broken glass.
# Whoever opens these tables to somebody else says all of it again, after this.
READS = {
    SUMMARIES: (
        f"({COACHES} AND (shared_at IS NOT NULL OR {is_member('author_id')}))"
        f" OR (shared_at IS NOT NULL AND {IS_THE_CLIENT})"
        f" OR {shared_while_in_the_team(SUMMARIES)} OR {SHARED}"
    ),
    WORDINGS: f"({COACHES}) OR {IS_THE_CLIENT} OR {IS_IN_THE_TEAM} OR ({BREAKS_GLASS})",
}
BOTH = "".join(
    f"ALTER POLICY who_reads ON {table} USING ({reads});" for table, reads in READS.items()
)


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0006_holds_bind_handovers"),
        ("tracking", "0014_wall_of_teams"),
    ]
    operations = [migrations.RunSQL(BOTH, migrations.RunSQL.noop)]
