from django.urls import URLPattern, path

from coachops.retention.views import portal

urlpatterns: list[URLPattern] = [
    path("your-data/", portal.your_data, name="your_data"),
    path("your-data/<uuid:pk>/take-back/", portal.request_take_back, name="request_take_back"),
    path("your-data/openings/<uuid:pk>/yes/", portal.opening_consent, name="opening_consent"),
    path("your-data/openings/<uuid:pk>/end/", portal.opening_end, name="opening_end"),
]
