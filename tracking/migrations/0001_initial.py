import coachops.tenancy.models
import coachops.tenancy.scope
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('clients', '0001_initial'),
        ('practices', '0001_initial'),
        ('scheduling', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('origin', models.CharField(choices=[('client', 'Client'), ('sponsor', 'Sponsor'), ('joint', 'Client and sponsor')], default='client', max_length=7)),
                ('state', models.CharField(choices=[('open', 'Open'), ('reached', 'Reached'), ('dropped', 'Let go')], default='open', max_length=7)),
                ('target', models.PositiveSmallIntegerField(default=8)),
                ('marked_for_sponsor', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('client', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.client')),
                ('engagement', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.engagement')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='goal_practice_id_key'), models.CheckConstraint(condition=models.Q(('target__gte', 1), ('target__lte', 10)), name='goal_target_of_ten')],
            },
        ),
        migrations.CreateModel(
            name='GoalRating',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('rater', models.CharField(choices=[('self', 'Client'), ('coach', 'Coach'), ('manager', 'Manager')], max_length=7)),
                ('score', models.PositiveSmallIntegerField()),
                ('rated_at', models.DateTimeField()),
                ('goal', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='tracking.goal')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('session', coachops.tenancy.models.PracticeForeignKey(blank=True, null=True, related_name='+', to='scheduling.session')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['practice', 'goal', 'rated_at'], name='goal_rating_course')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='goalrating_practice_id_key'), models.CheckConstraint(condition=models.Q(('score__gte', 1), ('score__lte', 10)), name='goal_rating_of_ten'), models.UniqueConstraint(fields=('practice', 'goal', 'session', 'rater'), name='goal_rating_once_a_session')],
            },
        ),
        migrations.CreateModel(
            name='GoalWording',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('sealed_text', models.BinaryField()),
                ('sealed_reason', models.BinaryField(blank=True, null=True)),
                ('worded_at', models.DateTimeField()),
                ('author', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='practices.membership')),
                ('client', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.client')),
                ('goal', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='tracking.goal')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='goalwording_practice_id_key'), models.UniqueConstraint(fields=('practice', 'goal', 'number'), name='goal_wording_number_once')],
            },
        ),
        migrations.CreateModel(
            name='PrivateNote',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('sealed_body', models.BinaryField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField()),
                ('author', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='practices.membership')),
                ('client', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.client')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('session', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='scheduling.session')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='privatenote_practice_id_key'), models.UniqueConstraint(fields=('practice', 'session', 'author'), name='private_note_once_a_session')],
            },
        ),
        migrations.CreateModel(
            name='ProgressReport',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('due', 'Due'), ('drafted', 'Drafted'), ('checked', 'Checked by the coach'), ('in_review', 'With the client'), ('approved', 'Approved'), ('issued', 'Issued')], default='due', max_length=9)),
                ('period_starts_on', models.DateField()),
                ('period_ends_on', models.DateField()),
                ('due_on', models.DateField()),
                ('disclosure_level', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('facts', models.JSONField(default=dict)),
                ('narrative', models.TextField(blank=True)),
                ('client_statement', models.TextField(blank=True)),
                ('struck_parts', models.JSONField(default=list)),
                ('review_ends_at', models.DateTimeField(blank=True, null=True)),
                ('drafted_at', models.DateTimeField(blank=True, null=True)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('approved_by_silence', models.BooleanField(default=False)),
                ('issued_at', models.DateTimeField(blank=True, null=True)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('snapshot_hash', models.CharField(blank=True, max_length=64)),
                ('pdf', models.FileField(blank=True, max_length=200, upload_to='')),
                ('rendered_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('client', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.client')),
                ('engagement', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.engagement')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['practice', 'state', 'due_on'], name='progress_report_due'), models.Index(fields=['practice', 'client'], name='progress_report_client')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='progressreport_practice_id_key'), models.UniqueConstraint(fields=('practice', 'engagement', 'number'), name='progress_report_number_once'), models.CheckConstraint(condition=models.Q(('period_ends_on__gte', models.F('period_starts_on'))), name='progress_report_period'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'issued'), _negated=True), models.Q(('issued_at__isnull', False), ('snapshot_hash__gt', '')), _connector='OR'), name='progress_report_issued_is_frozen')],
            },
        ),
        migrations.CreateModel(
            name='Reflection',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('sealed_body', models.BinaryField()),
                ('written_at', models.DateTimeField()),
                ('shared_at', models.DateTimeField(blank=True, null=True)),
                ('client', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.client')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['practice', 'client', '-written_at'], name='reflection_client_recent')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='reflection_practice_id_key')],
            },
        ),
        migrations.CreateModel(
            name='SessionSummary',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('sealed_body', models.BinaryField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField()),
                ('shared_at', models.DateTimeField(blank=True, null=True)),
                ('author', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='practices.membership')),
                ('client', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.client')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('session', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='scheduling.session')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='sessionsummary_practice_id_key'), models.UniqueConstraint(fields=('practice', 'session'), name='session_summary_once_a_session')],
            },
        ),
        migrations.CreateModel(
            name='SponsorWording',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=200)),
                ('written_at', models.DateTimeField()),
                ('goal', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='tracking.goal')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['practice', 'goal', '-written_at'], name='sponsor_wording_latest')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='sponsorwording_practice_id_key')],
            },
        ),
        migrations.CreateModel(
            name='ActionItem',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=300)),
                ('owner', models.CharField(choices=[('client', 'Client'), ('coach', 'Coach')], default='client', max_length=6)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
                ('client', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.client')),
                ('engagement', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.engagement')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('session', coachops.tenancy.models.PracticeForeignKey(blank=True, null=True, related_name='+', to='scheduling.session')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['practice', 'client', 'due_on'], name='action_item_client_due'), models.Index(fields=['practice', 'engagement', 'created_at'], name='action_item_engagement')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='actionitem_practice_id_key'), models.CheckConstraint(condition=models.Q(('done_at', None), ('dropped_at', None), _connector='OR'), name='action_item_done_or_dropped')],
            },
        ),
    ]
