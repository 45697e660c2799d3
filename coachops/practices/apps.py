from django.apps import AppConfig

from coachops.outbox.registry import register


class PracticesConfig(AppConfig):
    name = "coachops.practices"
    label = "practices"

    def ready(self) -> None:
        from coachops.practices import checks, tasks  # noqa: F401, PLC0415 -- need the app registry

        register(tasks.INVITATION, tasks.prepare_invitation)
