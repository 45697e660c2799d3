from django.urls import path

from coachops.pages.views import coach

urlpatterns = [
    path("", coach.today_page, name="today"),
    path("clients/<uuid:pk>/", coach.client_page, name="client"),
]
