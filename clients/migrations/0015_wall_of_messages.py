from django.db import migrations

from coachops.tenancy.operations import (
    IS_ASSIGNED_COACH,
    IS_THE_CLIENT,
    PracticeFK,
    TenantTable,
    has_any_role,
    is_member,
)

# A coach's own thread, for as long as they coach the client. Another coach has one of their own.
OWN_THREAD = f"({has_any_role('coach')} AND {is_member('coach_id')} AND {IS_ASSIGNED_COACH})"
BETWEEN_TWO = f"{OWN_THREAD} OR {IS_THE_CLIENT}"
# That there is a thread with a coach is nobody else's business either; mails know the dates of it.
THREADS = f"coach_id IS NULL OR {BETWEEN_TWO} OR {has_any_role('system')}"


class Migration(migrations.Migration):
    dependencies = [("clients", "0014_messages")]
    operations = [
        TenantTable("MessageThread", only=THREADS),
        TenantTable(
            "CoachingMessage",
            kind="confidential",
            only=BETWEEN_TWO,
            check=f"{is_member('author_id')} AND ({BETWEEN_TWO})",
        ),
        TenantTable("LogisticsMessage"),
        TenantTable("AnswerPromise"),
        PracticeFK("MessageThread", "client", on_delete="CASCADE", index=False),
        PracticeFK("MessageThread", "coach"),
        PracticeFK("CoachingMessage", "thread", on_delete="CASCADE", index=False),
        PracticeFK("CoachingMessage", "client", on_delete="CASCADE"),
        PracticeFK("CoachingMessage", "coach"),
        PracticeFK("CoachingMessage", "author", index=False),
        PracticeFK("LogisticsMessage", "thread", on_delete="CASCADE", index=False),
        PracticeFK("LogisticsMessage", "client", on_delete="CASCADE"),
        PracticeFK("LogisticsMessage", "author", index=False),
        PracticeFK("AnswerPromise", "coach", index=False),
    ]
