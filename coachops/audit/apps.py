from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "coachops.audit"
    label = "audit"
