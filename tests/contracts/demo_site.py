"""The addresses as they are with DEMO."""

from django.urls import include, path

from coachops.urls import urlpatterns as site

urlpatterns = [*site, path("demo/", include("coachops.demo.urls"))]
