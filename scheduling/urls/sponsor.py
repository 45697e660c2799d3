from django.urls import path

from scheduling.views import sponsor

urlpatterns = [
    path("three-ways/<uuid:pk>/", sponsor.three_way, name="three_way"),
]
