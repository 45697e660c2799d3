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

WRITERS = has_any_role("owner", "coach", "assistant", "system")
# As 0020 says them.
PASSED_ON = (
    "EXISTS (SELECT FROM clients_handedon handed"
    " JOIN clients_coachassignment mine ON mine.practice_id = handed.practice_id"
    " AND mine.id = handed.assignment_id AND mine.client_id = handed.client_id"
    f" WHERE handed.{IN_PRACTICE} AND handed.client_id = clients_handoverbrief.client_id"
    " AND handed.kind = 'brief' AND handed.withdrawn_at IS NULL"
    f" AND handed.given_at >= clients_handoverbrief.shared_at AND mine.{is_member('coach_id')}"
    " AND (mine.ended_on IS NULL OR mine.ended_on >= CURRENT_DATE))"
)
READS_BRIEF = (
    f"({is_member('author_id')} AND {has_any_role('coach')})"
    f" OR (shared_at IS NOT NULL AND ({IS_THE_CLIENT}"
    f" OR ({has_any_role('coach')} AND {IS_ASSIGNED_COACH} AND {PASSED_ON})))"
)
OF_ITS_CLIENT = (
    "EXISTS (SELECT FROM clients_coachassignment theirs"
    f" WHERE theirs.{IN_PRACTICE} AND theirs.id = assignment_id"
    " AND theirs.client_id = clients_handedon.client_id)"
)
# Whoever opened a signed link with the code that went to the client's address, for one client, as
# long as nobody gave the record another address.
LET_IN = (
    "(app.has_role('handover:' || {table}.client_id::text)"
    " AND EXISTS (SELECT FROM clients_handoverlink way"
    f" WHERE way.{IN_PRACTICE} AND way.client_id = {{table}}.client_id AND way.closed_at IS NULL))"
)


def decides(table: str) -> str:
    return f"({IS_THE_CLIENT} OR {LET_IN.format(table=table)})"


HANDED, ASKED, BRIEF = "clients_handedon", "clients_handover", "clients_handoverbrief"
BY_LINK = f"""
ALTER POLICY who_inserts ON {HANDED}
  WITH CHECK ({decides(HANDED)} AND {OF_ITS_CLIENT});
ALTER POLICY who_updates ON {HANDED}
  USING (withdrawn_at IS NULL AND {decides(HANDED)}) WITH CHECK (withdrawn_at IS NOT NULL);
ALTER POLICY who_updates ON {ASKED}
  USING ({decides(ASKED)}) WITH CHECK ({decides(ASKED)} AND answered_at IS NOT NULL);
ALTER POLICY who_reads ON {BRIEF}
  USING ({READS_BRIEF} OR (shared_at IS NOT NULL AND {LET_IN.format(table=BRIEF)}));
"""
NOT_BY_LINK = f"""
ALTER POLICY who_inserts ON {HANDED}
  WITH CHECK ({IS_THE_CLIENT} AND {OF_ITS_CLIENT});
ALTER POLICY who_updates ON {HANDED}
  USING (withdrawn_at IS NULL AND {IS_THE_CLIENT}) WITH CHECK (withdrawn_at IS NOT NULL);
ALTER POLICY who_updates ON {ASKED}
  USING ({IS_THE_CLIENT}) WITH CHECK ({IS_THE_CLIENT} AND answered_at IS NOT NULL);
ALTER POLICY who_reads ON {BRIEF} USING ({READS_BRIEF});
"""

# A way that is closed is not opened again: only codes change, and the end is written once.
STATES = f"""
CREATE POLICY who_inserts ON clients_briefstanding AS RESTRICTIVE FOR INSERT TO coachops_base
  WITH CHECK ({WRITERS});
CREATE POLICY who_updates ON clients_briefstanding AS RESTRICTIVE FOR UPDATE TO coachops_base
  USING ({WRITERS}) WITH CHECK ({WRITERS});
REVOKE DELETE ON clients_briefstanding FROM coachops_base;
CREATE POLICY who_inserts ON clients_handoverlink AS RESTRICTIVE FOR INSERT TO coachops_base
  WITH CHECK ({WRITERS} AND closed_at IS NULL AND codes_sent = 0 AND EXISTS (
    SELECT FROM clients_handover asked WHERE asked.{IN_PRACTICE}
      AND asked.id = handover_id AND asked.client_id = clients_handoverlink.client_id));
CREATE POLICY who_updates ON clients_handoverlink AS RESTRICTIVE FOR UPDATE TO coachops_base
  USING (closed_at IS NULL AND ({WRITERS} OR {has_any_role("link")}))
  WITH CHECK ({WRITERS} OR {has_any_role("link")});
REVOKE UPDATE, DELETE ON clients_handoverlink FROM coachops_base;
GRANT UPDATE (closed_at, codes_sent, code_hash, code_sent_at, code_tries)
  ON clients_handoverlink TO coachops_base;
"""  # noqa: S608 -- our own words
NO_STATES = """
DROP POLICY who_updates ON clients_handoverlink;
DROP POLICY who_inserts ON clients_handoverlink;
DROP POLICY who_updates ON clients_briefstanding;
DROP POLICY who_inserts ON clients_briefstanding;
"""

# Briefs that stand already. What is checked at the end is checked at once: a table with checks that
# wait cannot be altered.
SO_FAR = """
ALTER TABLE clients_handoverbrief NO FORCE ROW LEVEL SECURITY;
INSERT INTO clients_briefstanding (id, practice_id, client_id, author_id, shared_at)
SELECT gen_random_uuid(), practice_id, client_id, author_id, shared_at
FROM clients_handoverbrief WHERE shared_at IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE clients_handoverbrief FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0025_handover_by_link")]
    operations = [
        migrations.RunSQL(SO_FAR, migrations.RunSQL.noop),
        TenantTable("BriefStanding"),
        TenantTable("HandoverLink"),
        PracticeFK("BriefStanding", "client", on_delete="CASCADE", index=False),
        PracticeFK("BriefStanding", "author"),
        PracticeFK("HandoverLink", "client", on_delete="CASCADE", index=False),
        PracticeFK("HandoverLink", "handover", on_delete="CASCADE", index=False),
        migrations.RunSQL(BY_LINK, NOT_BY_LINK),
        migrations.RunSQL(STATES, NO_STATES),
    ]
