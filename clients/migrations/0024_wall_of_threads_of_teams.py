from django.db import migrations

from coachops.tenancy.operations import (
    IN_PRACTICE,
    IS_ASSIGNED_COACH,
    IS_IN_THE_TEAM,
    IS_THE_CLIENT,
    PracticeFK,
    TenantTable,
    has_any_role,
    is_member,
)

# As 0015 says it of one person; a team's thread is open to whoever is in the team now, and to each
# of them what was written since they joined. Nobody of it opens by having been in it.
OWN_THREAD = f"({has_any_role('coach')} AND {is_member('coach_id')} AND {IS_ASSIGNED_COACH})"
BETWEEN_TWO = f"{OWN_THREAD} OR {IS_THE_CLIENT}"
MESSAGES, THREADS = "clients_coachingmessage", "clients_messagethread"
OF_SYSTEM = f"coach_id IS NULL OR {BETWEEN_TWO} OR {has_any_role('system')}"
SINCE_THEY_JOINED = f"{IS_IN_THE_TEAM[:-1]} AND member.joined_at <= {MESSAGES}.sent_at)"
BEFORE = {
    THREADS: (OF_SYSTEM, OF_SYSTEM),
    MESSAGES: (BETWEEN_TWO, f"{is_member('author_id')} AND ({BETWEEN_TWO})"),
}
AFTER = {
    THREADS: (f"{OF_SYSTEM} OR {IS_IN_THE_TEAM}", f"{OF_SYSTEM} OR {IS_IN_THE_TEAM}"),
    MESSAGES: (
        f"{BETWEEN_TWO} OR {SINCE_THEY_JOINED}",
        f"{is_member('author_id')} AND ({BETWEEN_TWO} OR {IS_IN_THE_TEAM})",
    ),
}
# Whoever sees the thread: its coach, whoever is in the team, and what sends the mails.
SEES_THREAD = (
    "thread_id IN (SELECT thread.id FROM clients_messagethread thread"  # noqa: S608 -- constants
    f" WHERE thread.{IN_PRACTICE})"
)


def who(conditions: dict[str, tuple[str, str]]) -> str:
    """SQL that puts these in the place of the tables' own, by the names of TenantTable."""
    return "".join(
        f"ALTER POLICY who_reads ON {table} USING ({reads});"
        f"ALTER POLICY who_inserts ON {table} WITH CHECK ({writes});"
        f"ALTER POLICY who_updates ON {table} USING ({writes}) WITH CHECK ({writes});"
        f"ALTER POLICY who_deletes ON {table} USING ({writes});"
        for table, (reads, writes) in conditions.items()
    )


class Migration(migrations.Migration):
    dependencies = [("clients", "0023_threads_of_teams")]
    operations = [
        TenantTable("ThreadReader", only=SEES_THREAD),
        PracticeFK("ThreadReader", "thread", on_delete="CASCADE", index=False),
        PracticeFK("ThreadReader", "member", on_delete="CASCADE"),
        migrations.RunSQL(who(AFTER), who(BEFORE)),
    ]
