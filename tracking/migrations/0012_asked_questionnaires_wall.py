from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable


class Migration(migrations.Migration):
    dependencies = [("tracking", "0011_asked_questionnaires"), ("clients", "0016_enquiry_dates")]
    operations = [
        TenantTable("AskedQuestionnaire"),
        PracticeFK("AskedQuestionnaire", "client", on_delete="CASCADE", index=False),
        PracticeFK("AskedQuestionnaire", "response", on_delete="CASCADE", index=False),
        PracticeFK("AskedQuestionnaire", "session", on_delete="CASCADE"),
        PracticeFK("AskedQuestionnaire", "engagement", on_delete="CASCADE"),
        PracticeFK("AskedQuestionnaire", "asked_by"),
        TenantTable("QuestionnaireRule"),
        PracticeFK("QuestionnaireRule", "session_plan", on_delete="CASCADE"),
        PracticeFK("QuestionnaireRule", "questionnaire"),
    ]
