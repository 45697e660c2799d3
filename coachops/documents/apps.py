from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "coachops.documents"
    label = "documents"
