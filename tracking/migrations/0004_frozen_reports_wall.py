from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable

# An issued report is what the sponsor was told. Whoever is at the keyboard, the web role can neither
# change nor delete it; the PDF is a row beside it. What erasure removes goes with its engagement.
FREEZE = """
CREATE POLICY issued_stays ON tracking_progressreport AS RESTRICTIVE FOR UPDATE TO coachops_base
  USING (state <> 'issued') WITH CHECK (true);
CREATE POLICY issued_remains ON tracking_progressreport AS RESTRICTIVE FOR DELETE TO coachops_base
  USING (state <> 'issued');
"""
THAW = """
DROP POLICY issued_remains ON tracking_progressreport;
DROP POLICY issued_stays ON tracking_progressreport;
"""


class Migration(migrations.Migration):
    dependencies = [("tracking", "0003_frozen_reports")]
    operations = [
        TenantTable("ReportFile", kind="append"),
        PracticeFK("ReportFile", "report", on_delete="CASCADE", index=False),
        migrations.RunSQL(FREEZE, THAW),
    ]
