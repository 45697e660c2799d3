from django.db import migrations

from coachops.tenancy.operations import (
    IS_ASSIGNED_COACH,
    IS_THE_CLIENT,
    PracticeFK,
    TenantTable,
    has_any_role,
    is_member,
)

COACHES = f"{has_any_role('coach')} AND {IS_ASSIGNED_COACH}"


class Migration(migrations.Migration):
    dependencies = [("tracking", "0001_initial"), ("scheduling", "0002_wall")]
    operations = [
        TenantTable("Goal"),
        TenantTable("GoalWording", kind="confidential", only=f"({COACHES}) OR {IS_THE_CLIENT}"),
        TenantTable("SponsorWording"),
        TenantTable("GoalRating"),
        TenantTable(
            "PrivateNote",
            kind="confidential",
            only=f"{is_member('author_id')} AND {has_any_role('coach')}",
        ),
        TenantTable(
            "SessionSummary",
            kind="confidential",
            only=f"({COACHES}) OR (shared_at IS NOT NULL AND {IS_THE_CLIENT})",
            check=COACHES,
        ),
        TenantTable(
            "Reflection",
            kind="confidential",
            only=f"{IS_THE_CLIENT} OR (shared_at IS NOT NULL AND {COACHES})",
            check=IS_THE_CLIENT,
        ),
        TenantTable("ActionItem"),
        TenantTable("ProgressReport"),
        PracticeFK("Goal", "client", on_delete="CASCADE"),
        PracticeFK("Goal", "engagement", on_delete="CASCADE"),
        PracticeFK("GoalWording", "goal", on_delete="CASCADE", index=False),
        PracticeFK("GoalWording", "client", on_delete="CASCADE"),
        PracticeFK("GoalWording", "author"),
        PracticeFK("SponsorWording", "goal", on_delete="CASCADE", index=False),
        PracticeFK("GoalRating", "goal", on_delete="CASCADE", index=False),
        PracticeFK("GoalRating", "session", on_delete="SET NULL"),
        PracticeFK("PrivateNote", "session", on_delete="CASCADE", index=False),
        PracticeFK("PrivateNote", "client", on_delete="CASCADE"),
        PracticeFK("PrivateNote", "author"),
        PracticeFK("SessionSummary", "session", on_delete="CASCADE", index=False),
        PracticeFK("SessionSummary", "client", on_delete="CASCADE"),
        PracticeFK("SessionSummary", "author"),
        PracticeFK("Reflection", "client", on_delete="CASCADE", index=False),
        PracticeFK("ActionItem", "client", on_delete="CASCADE", index=False),
        PracticeFK("ActionItem", "engagement", on_delete="CASCADE", index=False),
        PracticeFK("ActionItem", "session", on_delete="SET NULL"),
        PracticeFK("ProgressReport", "engagement", on_delete="CASCADE", index=False),
        PracticeFK("ProgressReport", "client", on_delete="CASCADE", index=False),
    ]
