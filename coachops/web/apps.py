from django.apps import AppConfig

from coachops.web.wording import use_our_sentences


class WebConfig(AppConfig):
    """Layouts, components, charts and the htmx side of pages. Knows no model."""

    name = "coachops.web"
    label = "web"

    def ready(self) -> None:
        use_our_sentences()
