from django.urls import URLPattern, path

from clients.urls import agreements
from clients.views import sponsor

urlpatterns: list[URLPattern] = [
    *agreements.sponsor,
    path("engagements/<uuid:pk>/disclosure/", sponsor.disclosure, name="disclosure"),
]
