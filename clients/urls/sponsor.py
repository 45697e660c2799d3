from django.urls import URLPattern, path

from clients.views import sponsor

urlpatterns: list[URLPattern] = [
    path("engagements/<uuid:pk>/disclosure/", sponsor.disclosure, name="disclosure"),
]
