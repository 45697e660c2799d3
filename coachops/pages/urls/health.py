from django.urls import path

from coachops.pages.views import health

urlpatterns = [
    path("live", health.live, name="health_live"),
    path("ready", health.ready, name="health_ready"),
    path("worker", health.worker, name="health_worker"),
]
