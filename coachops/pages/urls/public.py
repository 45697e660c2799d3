from django.urls import path

from coachops.pages.views import public

urlpatterns = [
    path("enquire/<slug:practice>/", public.enquire, name="enquire"),
    path("outcomes/<slug:practice>/", public.outcomes, name="outcomes"),
]
