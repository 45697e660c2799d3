from django.db import migrations

from coachops.tenancy.operations import (
    IN_PRACTICE,
    IS_ASSIGNED_COACH,
    IS_THE_CLIENT,
    PracticeFK,
    TenantTable,
    has_any_role,
    is_member,
)

COACHED = IS_ASSIGNED_COACH.replace("client_id IN", "subject_id IN", 1)
MINE = IS_THE_CLIENT.replace("client_id IN", "subject_id IN", 1)
# Whoever came by a signed link was let in for this one response.
LET_IN = "app.has_role('response:' || response_id::text)"
# A coach reads what was sent, never what is being written.
SENT = (
    "EXISTS (SELECT FROM questionnaires_response given"
    f" WHERE given.{IN_PRACTICE} AND given.id = response_id AND given.sent_at IS NOT NULL)"
)
READS = f"({has_any_role('coach')} AND {COACHED} AND {SENT})"
ANSWERS = f"{MINE} OR {LET_IN}"
TALKS = f"{is_member('author_id')} AND (({has_any_role('coach')} AND {COACHED}) OR {MINE})"


def policies(table: str, reads: str, writes: str) -> str:
    start = f"ON questionnaires_{table} AS RESTRICTIVE FOR"
    role = "TO coachops_confidential"
    return f"""
CREATE POLICY who_reads {start} SELECT {role} USING ({reads});
CREATE POLICY who_inserts {start} INSERT {role} WITH CHECK ({writes});
CREATE POLICY who_updates {start} UPDATE {role} USING ({writes}) WITH CHECK ({writes});
CREATE POLICY who_deletes {start} DELETE {role} USING ({writes});
"""


def no_policies(table: str) -> str:
    return "".join(
        f"DROP POLICY who_{verb} ON questionnaires_{table};"
        for verb in ("reads", "inserts", "updates", "deletes")
    )


# What a client answered goes with the client.
SUBJECT = """
ALTER TABLE clients_client NO FORCE ROW LEVEL SECURITY;
ALTER TABLE questionnaires_response NO FORCE ROW LEVEL SECURITY;
ALTER TABLE questionnaires_response ADD CONSTRAINT questionnaires_response_subject_practice_fk
  FOREIGN KEY (practice_id, subject_id) REFERENCES clients_client (practice_id, id)
  ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE clients_client FORCE ROW LEVEL SECURITY;
ALTER TABLE questionnaires_response FORCE ROW LEVEL SECURITY;
"""
NO_SUBJECT = "ALTER TABLE questionnaires_response DROP CONSTRAINT questionnaires_response_subject_practice_fk;"


class Migration(migrations.Migration):
    dependencies = [("clients", "0008_intake"), ("questionnaires", "0002_wall")]
    operations = [
        TenantTable("Intake"),
        PracticeFK("Intake", "client", on_delete="CASCADE", index=False),
        PracticeFK("Intake", "response", on_delete="CASCADE", index=False),
        PracticeFK("Intake", "asked_by"),
        migrations.RunSQL(SUBJECT, NO_SUBJECT),
        migrations.RunSQL(
            policies("responseanswer", f"{READS} OR {ANSWERS}", ANSWERS),
            no_policies("responseanswer"),
        ),
        migrations.RunSQL(
            policies("answercomment", f"{READS} OR {MINE}", TALKS), no_policies("answercomment")
        ),
    ]
