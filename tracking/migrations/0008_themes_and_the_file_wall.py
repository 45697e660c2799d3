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
IS_AUTHOR = is_member("author_id")
# Which assistants work for this client's coach is decided where the page is opened; without the
# client's consent no assistant reads a row, whoever they work for.
CONSENTING = (
    "client_id IN (SELECT consent.client_id FROM tracking_fileconsent consent"
    " WHERE consent.practice_id = (SELECT app.practice_id()))"
)
AGREED = f"{has_any_role('assistant')} AND {CONSENTING}"
# Whether the assistant may read is the client's decision, and nobody else's.
DECIDES = f"({IS_THE_CLIENT} OR {has_any_role('system')})"
CONSENT = f"""
CREATE POLICY who_inserts ON tracking_fileconsent AS RESTRICTIVE FOR INSERT TO coachops_base
  WITH CHECK ({DECIDES});
CREATE POLICY who_updates ON tracking_fileconsent AS RESTRICTIVE FOR UPDATE TO coachops_base
  USING ({DECIDES}) WITH CHECK ({DECIDES});
CREATE POLICY who_deletes ON tracking_fileconsent AS RESTRICTIVE FOR DELETE TO coachops_base
  USING ({DECIDES});
"""
NO_CONSENT = """
DROP POLICY who_inserts ON tracking_fileconsent;
DROP POLICY who_updates ON tracking_fileconsent;
DROP POLICY who_deletes ON tracking_fileconsent;
"""


class Migration(migrations.Migration):
    dependencies = [("tracking", "0007_themes_and_the_file")]
    operations = [
        TenantTable("Theme"),
        TenantTable(
            "SessionTheme",
            kind="confidential",
            only=f"({COACHES} AND {IS_AUTHOR}) OR {IS_THE_CLIENT}",
            check=f"{COACHES} AND {IS_AUTHOR}",
        ),
        TenantTable("FileConsent"),
        # Not of the confidential role, which assistants never take: the text is sealed, and the
        # rows open to the three who may read them.
        TenantTable(
            "FileSummary",
            only=f"({COACHES}) OR {IS_THE_CLIENT} OR ({AGREED})",
            check=f"{COACHES} AND {IS_AUTHOR}",
        ),
        PracticeFK("SessionTheme", "session", on_delete="CASCADE", index=False),
        PracticeFK("SessionTheme", "client", on_delete="CASCADE", index=False),
        PracticeFK("SessionTheme", "theme"),
        PracticeFK("SessionTheme", "author"),
        PracticeFK("FileSummary", "session", on_delete="CASCADE", index=False),
        PracticeFK("FileSummary", "client", on_delete="CASCADE"),
        PracticeFK("FileSummary", "author"),
        PracticeFK("FileConsent", "client", on_delete="CASCADE", index=False),
        migrations.RunSQL(CONSENT, NO_CONSENT),
    ]
