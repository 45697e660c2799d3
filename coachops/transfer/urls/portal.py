from django.urls import URLPattern, path

from coachops.transfer.views import portal

urlpatterns: list[URLPattern] = [
    path("my-data/", portal.own_data, name="own_data"),
    path("my-data/<uuid:pk>/file/", portal.own_data_file, name="own_data_file"),
]
