from django.urls import URLPattern, path

from coachops.correspondence.views import portal

urlpatterns: list[URLPattern] = [
    path("mail/", portal.mail_log, name="mail_log"),
    path("mail/choices/", portal.mail_choices, name="mail_choices"),
]
