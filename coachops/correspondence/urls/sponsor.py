from django.urls import URLPattern, path

from coachops.correspondence.views import sponsor

urlpatterns: list[URLPattern] = [
    path("mail/", sponsor.mail_choices, name="mail_choices"),
]
