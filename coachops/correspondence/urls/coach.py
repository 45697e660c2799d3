from django.urls import URLPattern, path

from coachops.correspondence.views import coach

urlpatterns: list[URLPattern] = [
    path("clients/<uuid:pk>/mail/", coach.client_mail, name="client_mail"),
    path("clients/<uuid:pk>/mail/try/", coach.client_mail_try, name="client_mail_try"),
    path("mail/", coach.mail_choices, name="mail_choices"),
    path("mail/coming-back/", coach.bounces, name="bounces"),
    path("mail/coming-back/<uuid:pk>/try/", coach.bounce_try, name="bounce_try"),
]
