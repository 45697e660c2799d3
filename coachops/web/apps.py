from django.apps import AppConfig


class WebConfig(AppConfig):
    """Layouts, components, charts and the htmx side of pages. Knows no model."""

    name = "coachops.web"
    label = "web"
