from django.db import migrations

import coachops.tenancy.models
from coachops.tenancy.operations import PracticeFK

# Whoever put the first version to use made it, as far as anybody knows.
REMEMBER = """
ALTER TABLE questionnaires_questionnaire NO FORCE ROW LEVEL SECURITY;
ALTER TABLE questionnaires_questionnaireversion NO FORCE ROW LEVEL SECURITY;
UPDATE questionnaires_questionnaire made SET made_by_id = version.published_by_id
  FROM questionnaires_questionnaireversion version
  WHERE version.practice_id = made.practice_id AND version.questionnaire_id = made.id
  AND version.number = 1;
ALTER TABLE questionnaires_questionnaireversion FORCE ROW LEVEL SECURITY;
ALTER TABLE questionnaires_questionnaire FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0002_wall"), ("practices", "0003_practice_language")]

    operations = [
        migrations.AddField(
            model_name="questionnaire",
            name="made_by",
            field=coachops.tenancy.models.PracticeForeignKey(
                blank=True, null=True, related_name="+", to="practices.membership"
            ),
        ),
        migrations.RunSQL(REMEMBER, migrations.RunSQL.noop),
        PracticeFK("Questionnaire", "made_by"),
    ]
