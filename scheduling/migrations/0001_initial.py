import coachops.tenancy.models
import coachops.tenancy.scope
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.operations
import django.db.models.deletion
import scheduling.models.offering
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('clients', '0001_initial'),
        ('practices', '0001_initial'),
        ('programs', '0001_initial'),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(default='Working hours', max_length=60)),
                ('time_zone', models.CharField(max_length=64)),
                ('coach', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='practices.membership')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='schedule_practice_id_key'), models.UniqueConstraint(fields=('practice', 'coach', 'name'), name='schedule_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Offering',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('slug', models.SlugField(db_index=False, max_length=80)),
                ('description', models.CharField(blank=True, max_length=300)),
                ('kind', models.CharField(choices=[('individual', 'Individual session'), ('chemistry', 'Chemistry call')], max_length=12)),
                ('bookers', models.CharField(choices=[('clients', 'Clients, in their portal'), ('anybody', 'Anybody with the link')], max_length=8)),
                ('place', models.CharField(choices=[('video', 'Video call'), ('phone', 'Phone'), ('address', 'In person')], default='video', max_length=8)),
                ('place_details', models.CharField(blank=True, max_length=200)),
                ('duration', models.PositiveSmallIntegerField(default=60)),
                ('step', models.PositiveSmallIntegerField(default=30)),
                ('buffer_before', models.PositiveSmallIntegerField(default=0)),
                ('buffer_after', models.PositiveSmallIntegerField(default=15)),
                ('notice', models.PositiveIntegerField(default=1440)),
                ('horizon_days', models.PositiveSmallIntegerField(default=60)),
                ('max_per_day', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('change_notice', models.PositiveIntegerField(default=1440)),
                ('late_cancellation_forfeits', models.BooleanField(default=True)),
                ('reminders', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), default=scheduling.models.offering.default_reminders, size=4)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('coach', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='practices.membership')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('schedule', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='scheduling.schedule')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='offering_practice_id_key'), models.UniqueConstraint(fields=('practice', 'slug'), name='offering_slug_once'), models.CheckConstraint(condition=models.Q(('duration__gte', 5), ('duration__lte', 480), ('step__gte', 5)), name='offering_lengths')],
            },
        ),
        migrations.CreateModel(
            name='ScheduleOverride',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('intervals', models.JSONField(default=list)),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('schedule', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='scheduling.schedule')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='scheduleoverride_practice_id_key'), models.UniqueConstraint(fields=('practice', 'schedule', 'on'), name='schedule_override_date_once')],
            },
        ),
        migrations.CreateModel(
            name='ScheduleRule',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('weekday', models.PositiveSmallIntegerField()),
                ('start_minute', models.PositiveSmallIntegerField()),
                ('end_minute', models.PositiveSmallIntegerField()),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('schedule', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='scheduling.schedule')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='schedulerule_practice_id_key'), models.CheckConstraint(condition=models.Q(('end_minute__lte', 2880), ('weekday__lte', 6), ('end_minute__gt', models.F('start_minute'))), name='schedule_rule_interval')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('guest_name', models.CharField(blank=True, max_length=120)),
                ('guest_email', models.EmailField(blank=True, max_length=254)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('coach_time_zone', models.CharField(max_length=64)),
                ('booker_time_zone', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('booked', 'Booked'), ('cancelled', 'Cancelled')], default='booked', max_length=9)),
                ('outcome', models.CharField(blank=True, choices=[('held', 'Held'), ('late_cancel', 'Client cancelled late'), ('no_show', 'Client did not come'), ('coach_cancelled', 'Coach cancelled'), ('waived', 'Waived')], max_length=15)),
                ('outcome_reason', models.CharField(blank=True, max_length=40)),
                ('place', models.CharField(max_length=8)),
                ('place_details', models.CharField(blank=True, max_length=300)),
                ('booking_key', models.UUIDField()),
                ('calendar_uid', models.CharField(max_length=120)),
                ('calendar_sequence', models.PositiveIntegerField(default=0)),
                ('revised_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_by', models.CharField(blank=True, max_length=10)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('client', coachops.tenancy.models.PracticeForeignKey(blank=True, null=True, related_name='+', to='clients.client')),
                ('coach', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='practices.membership')),
                ('engagement', coachops.tenancy.models.PracticeForeignKey(blank=True, null=True, related_name='+', to='clients.engagement')),
                ('offering', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='scheduling.offering')),
                ('planned_session', coachops.tenancy.models.PracticeForeignKey(blank=True, null=True, related_name='+', to='programs.plannedsession')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['practice', 'coach', 'starts_at'], name='session_coach_starts'), models.Index(fields=['practice', 'client', 'starts_at'], name='session_client_starts'), models.Index(fields=['practice', 'engagement', 'starts_at'], name='session_engagement_starts')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='session_practice_id_key'), models.UniqueConstraint(fields=('practice', 'booking_key'), name='session_booking_key_once'), models.UniqueConstraint(fields=('practice', 'calendar_uid'), name='session_calendar_uid_once'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='session_has_a_length'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('state', 'cancelled')), models.Q(('cancelled_at__isnull', True), ('cancelled_by', ''), ('state', 'booked')), _connector='OR'), name='session_cancelled_with_its_time'), models.CheckConstraint(condition=models.Q(('client__isnull', False), models.Q(('guest_email', ''), _negated=True), _connector='OR'), name='session_has_a_booker')],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('resource_id', models.UUIDField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('during', models.GeneratedField(db_persist=True, expression=models.Func('starts_at', 'ends_at', function='tstzrange'), output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField())),
                ('buffer_before', models.PositiveSmallIntegerField(default=0)),
                ('buffer_after', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('held', 'Held'), ('confirmed', 'Confirmed'), ('released', 'Released')], max_length=9)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('session', coachops.tenancy.models.PracticeForeignKey(blank=True, null=True, related_name='+', to='scheduling.session')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('state__in', ['held', 'confirmed'])), fields=['resource_id', 'starts_at'], name='claim_resource_starts')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='claim_practice_id_key'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['held', 'confirmed'])), expressions=[('resource_id', '='), ('during', '&&')], name='claim_no_overlap'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='claim_has_a_length'), models.CheckConstraint(condition=models.Q(models.Q(('expires_at__isnull', False), ('state', 'held')), models.Q(models.Q(('state', 'held'), _negated=True), ('expires_at__isnull', True)), _connector='OR'), name='claim_held_until')],
            },
        ),
    ]
