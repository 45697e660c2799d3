from django.urls import URLPattern, path

from clients.views import delegates, portal

urlpatterns: list[URLPattern] = [
    path("your-assistant/", delegates.delegates, name="delegates"),
    path("your-assistant/<uuid:pk>/end/", delegates.delegate_end, name="delegate_end"),
    path("who-looked/", portal.who_looked, name="who_looked"),
    path("disclosure/<uuid:pk>/", portal.disclosure, name="disclosure"),
    path("disclosure/<uuid:pk>/sign/", portal.disclosure_sign, name="disclosure_sign"),
    path("disclosure/<uuid:pk>/lower/", portal.disclosure_lower, name="disclosure_lower"),
    path(
        "disclosure/<uuid:pk>/attendance/",
        portal.disclosure_attendance,
        name="disclosure_attendance",
    ),
]
