from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable


class Migration(migrations.Migration):
    dependencies = [("clients", "0010_onboarding")]
    operations = [
        TenantTable("OnboardingStep"),
        PracticeFK("OnboardingStep", "engagement", on_delete="CASCADE", index=False),
        PracticeFK("OnboardingStep", "settled_by", on_delete="SET NULL"),
    ]
