from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "coachops.pages"
    label = "pages"

    def ready(self) -> None:
        from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
        from coachops.pages import emails  # noqa: PLC0415 -- app registry
        from coachops.pages.services import desk  # noqa: PLC0415 -- app registry

        register(desk.COACH_WAITS_KIND, emails.prepare_coach_waits)
