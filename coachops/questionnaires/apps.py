from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "coachops.questionnaires"
    label = "questionnaires"

    def ready(self) -> None:
        from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
        from coachops.questionnaires.services import files  # noqa: PLC0415 -- app registry

        register(files.FORGET_KIND, files.prepare_forgetting)
