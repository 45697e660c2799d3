from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "coachops.practices"
    label = "practices"

    def ready(self) -> None:
        from coachops.practices import checks  # noqa: F401, PLC0415 -- checks need the app registry
