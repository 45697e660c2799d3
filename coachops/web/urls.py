from django.urls import path

from coachops.web import views

urlpatterns = [path("theme/<int:hue>.css", views.theme, name="theme")]
