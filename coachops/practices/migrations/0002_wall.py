from django.db import migrations

from coachops.tenancy.operations import (
    IN_PRACTICE,
    GlobalTable,
    PracticeFK,
    TenantTable,
    has_any_role,
)

MANAGES_PEOPLE = has_any_role("owner", "coach", "assistant", "system")
MANAGES_MEMBERS = has_any_role("owner", "system")

# A person sees their own memberships everywhere (the chooser) and everybody's in the practice they
# are in. Only owners make members of staff; whoever looks after clients invites clients and sponsors.
MEMBERSHIP = f"""
ALTER TABLE practices_membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE practices_membership FORCE ROW LEVEL SECURITY;
CREATE POLICY visible ON practices_membership FOR SELECT TO coachops_base, coachops_owner
  USING (user_id = (SELECT app.user_id_or_null())
         OR practice_id = (SELECT app.practice_id_or_null()));
CREATE POLICY invited ON practices_membership FOR INSERT TO coachops_base
  WITH CHECK ({IN_PRACTICE} AND {MANAGES_PEOPLE} AND (audience <> 'staff' OR {MANAGES_MEMBERS}));
CREATE POLICY changed ON practices_membership FOR UPDATE TO coachops_base
  USING ({IN_PRACTICE} AND {MANAGES_PEOPLE} AND (audience <> 'staff' OR {MANAGES_MEMBERS}))
  WITH CHECK ({IN_PRACTICE} AND (audience <> 'staff' OR {MANAGES_MEMBERS}));
GRANT SELECT, INSERT, UPDATE ON practices_membership TO coachops_base;
"""
MEMBERSHIP_REVERSE = """
DROP POLICY changed ON practices_membership; DROP POLICY invited ON practices_membership;
DROP POLICY visible ON practices_membership;
ALTER TABLE practices_membership NO FORCE ROW LEVEL SECURITY;
ALTER TABLE practices_membership DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON practices_membership FROM coachops_base;
"""

# The booking page names a practice by its slug; that one row opens for it. Background rounds over
# all practices read ids only, as the dispatch role.
PRACTICE = """
ALTER TABLE practices_practice ENABLE ROW LEVEL SECURITY;
ALTER TABLE practices_practice FORCE ROW LEVEL SECURITY;
CREATE POLICY visible ON practices_practice FOR SELECT TO coachops_base
  USING (id = (SELECT app.practice_id_or_null())
         OR slug = (SELECT app.practice_slug())
         OR id IN (SELECT practice_id FROM practices_membership
                   WHERE user_id = (SELECT app.user_id_or_null())));
CREATE POLICY opened ON practices_practice FOR INSERT TO coachops_base
  WITH CHECK (id = (SELECT app.practice_id()) AND (SELECT app.has_role('system')));
CREATE POLICY changed ON practices_practice FOR UPDATE TO coachops_base
  USING (id = (SELECT app.practice_id())
         AND ((SELECT app.has_role('owner')) OR (SELECT app.has_role('system'))));
CREATE POLICY rounds ON practices_practice FOR SELECT TO coachops_owner, coachops_dispatch
  USING (true);
GRANT SELECT, INSERT, UPDATE ON practices_practice TO coachops_base;
GRANT SELECT (id) ON practices_practice TO coachops_dispatch;
"""
PRACTICE_REVERSE = """
DROP POLICY rounds ON practices_practice; DROP POLICY changed ON practices_practice;
DROP POLICY opened ON practices_practice; DROP POLICY visible ON practices_practice;
ALTER TABLE practices_practice NO FORCE ROW LEVEL SECURITY;
ALTER TABLE practices_practice DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON practices_practice FROM coachops_base, coachops_dispatch;
"""

# Tables of people and of signing in belong to no practice.
SIGN_IN = """
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session, account_emailaddress,
  account_emailconfirmation, mfa_authenticator, usersessions_usersession TO coachops_base;
GRANT SELECT ON django_migrations, django_content_type TO coachops_base;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO coachops_base;
"""
CACHE = """
CREATE TABLE shared_cache (
  cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX shared_cache_expires ON shared_cache (expires);
GRANT SELECT, INSERT, UPDATE, DELETE ON shared_cache TO coachops_base;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0001_initial"),
        ("tenancy", "0001_scope"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        GlobalTable("User"),
        migrations.RunSQL(SIGN_IN, migrations.RunSQL.noop),
        migrations.RunSQL(CACHE, "DROP TABLE shared_cache;"),
        migrations.RunSQL(MEMBERSHIP, MEMBERSHIP_REVERSE),
        migrations.RunSQL(PRACTICE, PRACTICE_REVERSE),
        TenantTable("AssistantAssignment"),
        TenantTable("SignedLink"),
        PracticeFK("AssistantAssignment", "assistant", on_delete="CASCADE"),
        PracticeFK("AssistantAssignment", "coach", on_delete="CASCADE"),
        PracticeFK("SignedLink", "membership", on_delete="CASCADE"),
    ]
