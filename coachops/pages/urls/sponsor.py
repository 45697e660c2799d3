from django.urls import path

from coachops.pages.views import sponsor

urlpatterns = [
    path("", sponsor.home, name="home"),
    path("coachees/<uuid:pk>/", sponsor.coachee, name="coachee"),
]
