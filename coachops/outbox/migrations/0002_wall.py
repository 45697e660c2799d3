"""The outbox: who may see what of it is part of the table."""

from django.db import migrations

SAME_PRACTICE = "practice_id IS NOT DISTINCT FROM (SELECT app.practice_id_or_null())"

# `body` may be written by the ordinary role but not read: a sign-in code is for its reader alone.
ORDINARY = (
    "id, practice_id, kind, key, subject_id, recipient, payload, priority, due_at, not_after,"
    " state, attempts, max_attempts, claim, claimed_by, lease_until, handoff_at, sent_at,"
    " last_error, unsure, decided_by, decided_at, created_at"
)

ACCESS = f"""
ALTER TABLE outbox_message ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox_message FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON outbox_message AS PERMISSIVE FOR ALL TO coachops_base, coachops_owner
  USING ({SAME_PRACTICE}) WITH CHECK ({SAME_PRACTICE});
CREATE POLICY dispatch ON outbox_message AS PERMISSIVE FOR ALL TO coachops_dispatch
  USING (true) WITH CHECK (true);
REVOKE ALL ON outbox_message FROM PUBLIC, coachops_base, coachops_confidential, coachops_dispatch;
GRANT SELECT ({ORDINARY}) ON outbox_message TO coachops_base;
GRANT INSERT, UPDATE, DELETE ON outbox_message TO coachops_base;
GRANT SELECT, DELETE ON outbox_message TO coachops_dispatch;
GRANT UPDATE (state, attempts, claim, claimed_by, lease_until, handoff_at, sent_at, last_error,
  due_at, unsure, body) ON outbox_message TO coachops_dispatch;
REVOKE ALL ON outbox_heartbeat FROM PUBLIC, coachops_base, coachops_confidential, coachops_dispatch;
GRANT SELECT ON outbox_heartbeat TO coachops_base;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox_heartbeat TO coachops_dispatch;
"""  # noqa: S608 -- nothing but the constants above
ACCESS_REVERSE = """
DROP POLICY dispatch ON outbox_message;
DROP POLICY tenant ON outbox_message;
ALTER TABLE outbox_message NO FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox_message DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial"), ("tenancy", "0001_scope")]
    operations = [migrations.RunSQL(ACCESS, ACCESS_REVERSE)]
