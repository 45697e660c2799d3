from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "coachops.demo"
    label = "demo"
