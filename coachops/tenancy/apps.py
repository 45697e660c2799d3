from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "coachops.tenancy"
    label = "tenancy"
