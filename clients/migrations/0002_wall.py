from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial"), ("practices", "0002_wall")]
    operations = [
        TenantTable("Client"),
        TenantTable("ClientKey"),
        TenantTable("CoachAssignment"),
        TenantTable("SponsorOrganisation"),
        TenantTable("SponsorContact"),
        TenantTable("Engagement"),
        TenantTable("EngagementStakeholder"),
        TenantTable("DisclosureProposal"),
        TenantTable("DisclosureSignature", kind="append"),
        TenantTable("ContentRead", kind="append"),
        PracticeFK("Client", "membership", index=False),
        PracticeFK("ClientKey", "client", on_delete="CASCADE", index=False),
        PracticeFK("CoachAssignment", "client", on_delete="CASCADE"),
        PracticeFK("CoachAssignment", "coach"),
        PracticeFK("SponsorContact", "organisation", index=False),
        PracticeFK("SponsorContact", "membership"),
        PracticeFK("Engagement", "client"),
        PracticeFK("Engagement", "coach"),
        PracticeFK("Engagement", "sponsor_organisation"),
        PracticeFK("EngagementStakeholder", "engagement", on_delete="CASCADE", index=False),
        PracticeFK("EngagementStakeholder", "contact"),
        PracticeFK("DisclosureProposal", "engagement", on_delete="CASCADE"),
        PracticeFK("DisclosureProposal", "sponsor_contact"),
        PracticeFK("DisclosureSignature", "proposal", on_delete="CASCADE", index=False),
        PracticeFK("ContentRead", "client", on_delete="CASCADE", index=False),
        PracticeFK("ContentRead", "reader"),
    ]
