from django.db import migrations

from coachops.tenancy.operations import (
    IN_PRACTICE,
    no_sees_since,
    sees_since,
    sees_since_through,
    was_shared_with_me,
)

# Goals and actions as they were set, wordings and ratings as they came, what was written as it was
# shared. A file's summary counts from its last change.
GOALS = "".join(
    [
        sees_since("tracking_goal", at="created_at", kind="goals"),
        sees_since("tracking_goalwording", at="worded_at", kind="goals", author="author_id"),
        sees_since("tracking_actionitem", at="created_at", kind="goals"),
    ]
)
TEXTS = "".join(
    [
        sees_since("tracking_sessionsummary", at="shared_at", kind="summaries", author="author_id"),
        sees_since("tracking_filesummary", at="saved_at", kind="summaries", author="author_id"),
        sees_since("tracking_reflection", at="shared_at", kind="reflections"),
    ]
)


def _of_goal(at: str) -> str:
    seen = was_shared_with_me(client="goal.client_id", at=at, kind="goals")
    whole = "goal.client_id <> ALL ((SELECT app.clients_seen_in_part())::uuid[])"
    return (
        f"EXISTS (SELECT FROM tracking_goal goal WHERE goal.{IN_PRACTICE} AND goal.id = goal_id"
        f" AND ({whole} OR {seen}))"
    )


OF_GOALS = sees_since_through("tracking_goalrating", _of_goal("rated_at")) + sees_since_through(
    "tracking_sponsorwording", _of_goal("written_at")
)
TABLES = (
    "tracking_goal",
    "tracking_goalwording",
    "tracking_actionitem",
    "tracking_sessionsummary",
    "tracking_filesummary",
    "tracking_reflection",
    "tracking_goalrating",
    "tracking_sponsorwording",
)


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0012_asked_questionnaires_wall"),
        ("clients", "0020_wall_of_handover"),
    ]
    operations = [migrations.RunSQL(GOALS + TEXTS + OF_GOALS, no_sees_since(*TABLES))]
