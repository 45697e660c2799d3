from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable, has_any_role

# The practice's own texts and settings are its owner's; everybody it concerns reads them.
TABLES = (
    "clients_agreementsettings",
    "clients_agreementtemplate",
    "clients_agreementtemplateversion",
)
WRITERS = has_any_role("owner", "system")


def _policies(table: str) -> str:
    head = f"ON {table} AS RESTRICTIVE FOR"
    return f"""
CREATE POLICY who_inserts {head} INSERT TO coachops_base WITH CHECK ({WRITERS});
CREATE POLICY who_updates {head} UPDATE TO coachops_base
  USING ({WRITERS}) WITH CHECK ({WRITERS});
CREATE POLICY who_deletes {head} DELETE TO coachops_base USING ({WRITERS});
"""


def _no_policies(table: str) -> str:
    return f"""
DROP POLICY who_inserts ON {table};
DROP POLICY who_updates ON {table};
DROP POLICY who_deletes ON {table};
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0006_agreements")]
    operations = [
        TenantTable("AgreementSettings"),
        TenantTable("SealingCertificate", only=WRITERS),
        TenantTable("AgreementTemplate"),
        TenantTable("AgreementTemplateVersion", kind="append"),
        TenantTable("Agreement"),
        TenantTable("AgreementSigner"),
        TenantTable("AgreementSignature", kind="append"),
        TenantTable("AgreementFile", kind="append"),
        PracticeFK("AgreementTemplateVersion", "template", on_delete="CASCADE", index=False),
        PracticeFK("AgreementTemplateVersion", "made_by"),
        PracticeFK("Agreement", "engagement", on_delete="CASCADE", index=False),
        PracticeFK("Agreement", "template"),
        PracticeFK("Agreement", "version"),
        PracticeFK("Agreement", "prepared_by"),
        PracticeFK("Agreement", "replaces"),
        PracticeFK("AgreementSigner", "agreement", on_delete="CASCADE", index=False),
        PracticeFK("AgreementSigner", "contact"),
        PracticeFK("AgreementSignature", "agreement", on_delete="CASCADE", index=False),
        PracticeFK("AgreementSignature", "signer", on_delete="CASCADE"),
        PracticeFK("AgreementFile", "agreement", on_delete="CASCADE", index=False),
        migrations.RunSQL(
            "".join(_policies(table) for table in TABLES),
            "".join(_no_policies(table) for table in TABLES),
        ),
    ]
