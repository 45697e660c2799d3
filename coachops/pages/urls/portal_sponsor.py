from django.urls import path

from coachops.pages.views.what_sponsor_sees import what_sponsor_sees

urlpatterns = [
    path("what-your-sponsor-sees/", what_sponsor_sees, name="what_sponsor_sees"),
]
