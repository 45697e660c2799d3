from django.db import migrations, models
from django.db.models import Q

# What was asked of a team before this was asked of everybody at one moment.
ASKED_TOGETHER = """
ALTER TABLE tracking_askedquestionnaire NO FORCE ROW LEVEL SECURITY;
UPDATE tracking_askedquestionnaire SET team_asked_at = asked_at WHERE team_id IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE tracking_askedquestionnaire FORCE ROW LEVEL SECURITY;
"""
ASKED = "askedquestionnaire"
OF_A_TEAM = Q(team__isnull=False, team_asked_at__isnull=False)
PREPARES_A_TEAM = Q(by_rule=True, team__isnull=False, session__isnull=False)


def once(name: str, *fields: str) -> migrations.AddConstraint:
    constraint = models.UniqueConstraint(
        fields=("practice", *fields), condition=Q(by_rule=True), name=name
    )
    return migrations.AddConstraint(ASKED, constraint)


class Migration(migrations.Migration):
    dependencies = [("tracking", "0018_wall_of_asked_in_teams")]
    operations = [
        migrations.AddField(ASKED, "team_asked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(ASKED, "is_before", models.BooleanField(default=False)),
        migrations.RunSQL(ASKED_TOGETHER, migrations.RunSQL.noop),
        migrations.RemoveConstraint(ASKED, "asked_after_session_once"),
        migrations.RemoveConstraint(ASKED, "asked_at_the_end_once"),
        once("asked_after_session_once", "session", "client", "is_before"),
        once("asked_at_the_end_once", "engagement", "client"),
        migrations.AddConstraint(
            ASKED,
            models.CheckConstraint(
                condition=Q(team=None, team_asked_at=None) | OF_A_TEAM,
                name="asked_of_a_team_at_a_moment",
            ),
        ),
        migrations.AddConstraint(
            ASKED,
            models.CheckConstraint(
                condition=Q(is_before=False) | PREPARES_A_TEAM,
                name="asked_before_a_session_of_a_team",
            ),
        ),
    ]
