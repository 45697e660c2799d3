from django.urls import path

from scheduling.views import public

urlpatterns = [
    path("<slug:practice>/<slug:offering>/", public.book, name="book"),
    path("<slug:practice>/<slug:offering>/booked/<uuid:key>/", public.booked, name="booked"),
]
