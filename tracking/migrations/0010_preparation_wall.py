from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable


class Migration(migrations.Migration):
    dependencies = [("tracking", "0009_preparation"), ("clients", "0009_wall_of_intake")]
    operations = [
        TenantTable("PreparationPolicy"),
        PracticeFK("PreparationPolicy", "questionnaire"),
        TenantTable("PlanPreparation"),
        PracticeFK("PlanPreparation", "session_plan", on_delete="CASCADE", index=False),
        PracticeFK("PlanPreparation", "questionnaire"),
        TenantTable("SessionPreparation"),
        PracticeFK("SessionPreparation", "session", on_delete="CASCADE", index=False),
        PracticeFK("SessionPreparation", "client", on_delete="CASCADE"),
        PracticeFK("SessionPreparation", "response", on_delete="CASCADE", index=False),
    ]
