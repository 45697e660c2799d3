from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "coachops.pages"
    label = "pages"
