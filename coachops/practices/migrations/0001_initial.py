import coachops.practices.models.practice
import coachops.practices.roles
import coachops.tenancy.models
import coachops.tenancy.scope
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('language', models.CharField(default='en-gb', max_length=8)),
                ('theme', models.CharField(blank=True, choices=[('', 'Match system'), ('light', 'Light'), ('dark', 'Dark')], max_length=5)),
                ('is_active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_any_case')],
            },
        ),
        migrations.CreateModel(
            name='Practice',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('time_zone', models.CharField(max_length=64)),
                ('brand_hue', models.PositiveSmallIntegerField(default=205)),
                ('logo', models.FileField(blank=True, max_length=200, upload_to=coachops.practices.models.practice.logo_path)),
                ('postal_address', models.CharField(blank=True, max_length=200)),
                ('requires_second_factor', models.BooleanField(default=False)),
                ('guided_start_finished_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('brand_hue__lte', 360)), name='practice_brand_hue_is_an_angle')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('audience', models.CharField(choices=[(coachops.practices.roles.Audience['STAFF'], coachops.practices.roles.Audience['STAFF']), (coachops.practices.roles.Audience['CLIENT'], coachops.practices.roles.Audience['CLIENT']), (coachops.practices.roles.Audience['SPONSOR'], coachops.practices.roles.Audience['SPONSOR'])], max_length=8)),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12))),
                ('name', models.CharField(max_length=120)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('invited_at', models.DateTimeField(blank=True, null=True)),
                ('joined_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['user'], name='membership_user'), models.Index(fields=['practice', 'name'], name='membership_practice_name')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='membership_practice_id_key'), models.UniqueConstraint(fields=('practice', 'user', 'audience'), name='membership_once_an_audience'), models.CheckConstraint(condition=models.Q(('roles__len__gt', 0)), name='membership_has_a_role')],
            },
        ),
        migrations.CreateModel(
            name='AssistantAssignment',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('started_on', models.DateField()),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('assistant', coachops.tenancy.models.PracticeForeignKey(related_name='+', to='practices.membership')),
                ('coach', coachops.tenancy.models.PracticeForeignKey(blank=True, null=True, related_name='+', to='practices.membership')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='assistantassignment_practice_id_key'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('started_on')), _connector='OR'), name='assistant_assignment_dates')],
            },
        ),
        migrations.CreateModel(
            name='SignedLink',
            fields=[
                ('id', models.UUIDField(default=coachops.tenancy.models.uuid7, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(max_length=40)),
                ('subject_id', models.UUIDField()),
                ('recipient', models.EmailField(blank=True, max_length=254)),
                ('secret_hash', models.BinaryField(max_length=32)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('membership', coachops.tenancy.models.PracticeForeignKey(blank=True, null=True, related_name='+', to='practices.membership')),
                ('practice', models.ForeignKey(db_index=False, default=coachops.tenancy.scope.current_practice_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='practices.practice')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['practice', 'subject_id', 'purpose'], name='signed_link_subject')],
                'constraints': [models.UniqueConstraint(fields=('practice', 'id'), name='signedlink_practice_id_key'), models.UniqueConstraint(fields=('practice', 'secret_hash'), name='signed_link_secret_once')],
            },
        ),
    ]
