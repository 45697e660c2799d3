from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "coachops.outbox"
    label = "outbox"
