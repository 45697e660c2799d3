import coachops.tenancy.models
import coachops.tenancy.scope
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('practices', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('happened_at', models.DateTimeField()),
                ('event', models.CharField(max_length=60)),
                ('actor_user_id', models.UUIDField(null=True)),
                ('actor_membership_id', models.UUIDField(null=True)),
                ('actor_roles', models.CharField(blank=True, max_length=80)),
                ('subject_kind', models.CharField(max_length=60)),
                ('subject_id', models.UUIDField()),
                ('facts', models.JSONField(default=dict)),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['practice', 'happened_at'], name='audit_practice_happened'), models.Index(fields=['practice', 'subject_id', 'happened_at'], name='audit_practice_subject')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='auditevent_practice_id_key')],
            },
        ),
    ]
