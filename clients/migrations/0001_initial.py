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
            name='Client',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('preferred_name', models.CharField(blank=True, max_length=60)),
                ('email', models.EmailField(max_length=254)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('job_title', models.CharField(blank=True, max_length=120)),
                ('employer', models.CharField(blank=True, max_length=120)),
                ('time_zone', models.CharField(max_length=64)),
                ('session_title', models.CharField(default='Meeting', max_length=60)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('membership', coachops.tenancy.models.PracticeForeignKey(blank=True, null=True, related_name='+', to='practices.membership')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['practice', 'name', 'id'], name='client_practice_name')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='client_practice_id_key'), models.UniqueConstraint(fields=('practice', 'email'), name='client_email_once'), models.UniqueConstraint(fields=('practice', 'membership'), name='client_membership_once')],
            },
        ),
        migrations.CreateModel(
            name='ClientKey',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('wrapped', models.BinaryField(max_length=100)),
                ('client', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.client')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='clientkey_practice_id_key'), models.UniqueConstraint(fields=('practice', 'client'), name='client_key_once')],
            },
        ),
        migrations.CreateModel(
            name='CoachAssignment',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('started_on', models.DateField()),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('client', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.client')),
                ('coach', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='practices.membership')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='coachassignment_practice_id_key'), models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('practice', 'coach', 'client'), name='coach_assignment_open_once'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('started_on')), _connector='OR'), name='coach_assignment_dates')],
            },
        ),
        migrations.CreateModel(
            name='ContentRead',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=30)),
                ('hour', models.DateTimeField()),
                ('first_read_at', models.DateTimeField()),
                ('client', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.client')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('reader', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='practices.membership')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['practice', 'client', '-first_read_at'], name='content_read_recent')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='contentread_practice_id_key'), models.UniqueConstraint(fields=('practice', 'client', 'reader', 'kind', 'hour'), name='content_read_once_an_hour')],
            },
        ),
        migrations.CreateModel(
            name='SponsorOrganisation',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('mail_domain', models.CharField(blank=True, max_length=120)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='sponsororganisation_practice_id_key'), models.UniqueConstraint(fields=('practice', 'name'), name='sponsor_organisation_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Engagement',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=120)),
                ('payer', models.CharField(choices=[('sponsor', 'A sponsor organisation'), ('self', 'The client')], max_length=8)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('active', 'Active'), ('paused', 'Paused'), ('completed', 'Completed'), ('closed', 'Closed early')], default='active', max_length=10)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('disclosure_level', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('attendance_shared', models.BooleanField(default=False)),
                ('report_every_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('client', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.client')),
                ('coach', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='practices.membership')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('sponsor_organisation', coachops.tenancy.models.PracticeForeignKey(blank=True, null=True, related_name='+', to='clients.sponsororganisation')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='engagement_practice_id_key'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='engagement_dates'), models.CheckConstraint(condition=models.Q(('disclosure_level', None), ('disclosure_level__lte', 3), _connector='OR'), name='engagement_disclosure_level'), models.CheckConstraint(condition=models.Q(models.Q(('payer', 'sponsor'), ('sponsor_organisation__isnull', False)), models.Q(('disclosure_level__isnull', True), ('payer', 'self'), ('sponsor_organisation__isnull', True)), _connector='OR'), name='engagement_self_paying_has_no_sponsor')],
            },
        ),
        migrations.CreateModel(
            name='SponsorContact',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('sponsor', 'HR contact'), ('stakeholder', 'Line manager')], max_length=12)),
                ('name', models.CharField(max_length=120)),
                ('email', models.EmailField(max_length=254)),
                ('job_title', models.CharField(blank=True, max_length=120)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('membership', coachops.tenancy.models.PracticeForeignKey(blank=True, null=True, related_name='+', to='practices.membership')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('organisation', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.sponsororganisation')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='sponsorcontact_practice_id_key'), models.UniqueConstraint(fields=('practice', 'organisation', 'email'), name='sponsor_contact_email_once')],
            },
        ),
        migrations.CreateModel(
            name='DisclosureProposal',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('level', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('open', 'Waiting for signatures'), ('signed', 'Signed by all three'), ('withdrawn', 'Withdrawn')], default='open', max_length=10)),
                ('proposed_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('engagement', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.engagement')),
                ('sponsor_contact', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.sponsorcontact')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='disclosureproposal_practice_id_key'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('practice', 'engagement'), name='disclosure_proposal_one_open'), models.CheckConstraint(condition=models.Q(('level__lte', 3)), name='disclosure_proposal_level')],
            },
        ),
        migrations.CreateModel(
            name='DisclosureSignature',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('party', models.CharField(choices=[('client', 'Client'), ('coach', 'Coach'), ('sponsor', 'Sponsor')], max_length=8)),
                ('signed_name', models.CharField(max_length=120)),
                ('consent_text', models.TextField()),
                ('consent_hash', models.CharField(max_length=64)),
                ('signed_at', models.DateTimeField()),
                ('signed_from', models.GenericIPAddressField(blank=True, null=True)),
                ('user_agent', models.CharField(blank=True, max_length=300)),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('proposal', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.disclosureproposal')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='disclosuresignature_practice_id_key'), models.UniqueConstraint(fields=('practice', 'proposal', 'party'), name='disclosure_signature_once')],
            },
        ),
        migrations.CreateModel(
            name='EngagementStakeholder',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('engagement', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.engagement')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
                ('contact', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='clients.sponsorcontact')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='engagementstakeholder_practice_id_key'), models.UniqueConstraint(fields=('practice', 'engagement', 'contact'), name='engagement_stakeholder_once')],
            },
        ),
    ]
