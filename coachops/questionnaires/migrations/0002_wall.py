from django.db import migrations

from coachops.tenancy.operations import PracticeFK, TenantTable


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0001_initial"), ("practices", "0002_wall")]
    operations = [
        TenantTable("Questionnaire"),
        TenantTable("QuestionnaireVersion", kind="append"),
        TenantTable("Response"),
        # Who reads and writes what somebody said is for the app that asks: its own wall adds the
        # policies for its subjects.
        TenantTable("ResponseAnswer", kind="confidential"),
        TenantTable("AnswerComment", kind="confidential"),
        TenantTable("AnswerFile"),
        PracticeFK("QuestionnaireVersion", "questionnaire", on_delete="CASCADE", index=False),
        PracticeFK("QuestionnaireVersion", "published_by"),
        PracticeFK("Response", "version"),
        PracticeFK("ResponseAnswer", "response", on_delete="CASCADE", index=False),
        PracticeFK("AnswerComment", "response", on_delete="CASCADE", index=False),
        PracticeFK("AnswerComment", "author"),
        PracticeFK("AnswerFile", "response", on_delete="CASCADE"),
    ]
