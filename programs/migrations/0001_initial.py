import coachops.tenancy.models
import coachops.tenancy.scope
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('clients', '0001_initial'),
        ('practices', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerAccount',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('engagement', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.engagement')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='ledgeraccount_practice_id_key'), models.UniqueConstraint(fields=('practice', 'engagement'), name='ledger_account_once')],
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('sequence', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('allot', 'Allotted'), ('consume', 'Used'), ('forfeit', 'Forfeited'), ('restore', 'Given back'), ('waive', 'Waived'), ('transfer', 'Transferred'), ('expire', 'Expired')], max_length=8)),
                ('change', models.SmallIntegerField()),
                ('balance_after', models.PositiveSmallIntegerField()),
                ('session_id', models.UUIDField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('recorded_at', models.DateTimeField()),
                ('account', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='programs.ledgeraccount')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['practice', 'session_id'], name='ledger_entry_session')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='ledgerentry_practice_id_key'), models.UniqueConstraint(fields=('practice', 'account', 'sequence'), name='ledger_entry_consecutive'), models.CheckConstraint(condition=models.Q(('balance_after__gte', 0)), name='ledger_entry_no_overdraft')],
            },
        ),
        migrations.CreateModel(
            name='Program',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('purpose', models.CharField(blank=True, max_length=300)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='program_practice_id_key'), models.UniqueConstraint(fields=('practice', 'name'), name='program_name_once')],
            },
        ),
        migrations.CreateModel(
            name='ProgramVersion',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('program', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='programs.program')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='programversion_practice_id_key'), models.UniqueConstraint(fields=('practice', 'program', 'number'), name='program_version_number_once')],
            },
        ),
        migrations.CreateModel(
            name='Phase',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=60)),
                ('purpose', models.CharField(blank=True, max_length=300)),
                ('weeks', models.PositiveSmallIntegerField()),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('version', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='programs.programversion')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='phase_practice_id_key'), models.UniqueConstraint(fields=('practice', 'version', 'position'), name='phase_position_once')],
            },
        ),
        migrations.CreateModel(
            name='EngagementPlan',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('applied_at', models.DateTimeField()),
                ('engagement', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.engagement')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('version', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='programs.programversion')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='engagementplan_practice_id_key'), models.UniqueConstraint(fields=('practice', 'engagement'), name='engagement_plan_once')],
            },
        ),
        migrations.CreateModel(
            name='SessionPlan',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('intent', models.CharField(blank=True, max_length=300)),
                ('prompts', models.JSONField(default=list)),
                ('week', models.PositiveSmallIntegerField()),
                ('phase', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='programs.phase')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='sessionplan_practice_id_key'), models.UniqueConstraint(fields=('practice', 'phase', 'position'), name='session_plan_position_once')],
            },
        ),
        migrations.CreateModel(
            name='PlannedSession',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('opens_on', models.DateField()),
                ('due_on', models.DateField()),
                ('plan', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='programs.engagementplan')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('session_plan', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='programs.sessionplan')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='plannedsession_practice_id_key'), models.UniqueConstraint(fields=('practice', 'plan', 'number'), name='planned_session_number_once'), models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('opens_on'))), name='planned_session_dates')],
            },
        ),
    ]
