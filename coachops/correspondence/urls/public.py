from django.urls import URLPattern, path

from coachops.correspondence.views import events, link, style

urlpatterns: list[URLPattern] = [
    path("choices/<str:token>/", link.choices, name="mail_choices"),
    path("off/<str:token>/", link.off, name="mail_off"),
    path("style/<int:hue>.css", style.mail_style, name="mail_style"),
    path("events/<str:secret>/", events.mail_events, name="mail_events"),
]
