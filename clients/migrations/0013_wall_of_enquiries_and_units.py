from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable


class Migration(migrations.Migration):
    dependencies = [("clients", "0012_enquiries_and_units")]
    operations = [
        TenantTable("OrganisationUnit"),
        TenantTable("ContactUnit"),
        TenantTable("PublicPages"),
        TenantTable("Enquiry"),
        PracticeFK("OrganisationUnit", "organisation", on_delete="CASCADE", index=False),
        PracticeFK("ContactUnit", "contact", on_delete="CASCADE", index=False),
        PracticeFK("ContactUnit", "unit"),
        PracticeFK("Engagement", "unit"),
        PracticeFK("Enquiry", "coach"),
        PracticeFK("Enquiry", "referrer_client", on_delete="SET NULL"),
        PracticeFK("Enquiry", "referrer_contact", on_delete="SET NULL"),
        PracticeFK("Enquiry", "referrer_member", on_delete="SET NULL"),
        PracticeFK("Enquiry", "client", on_delete="CASCADE"),
    ]
