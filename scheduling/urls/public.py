from django.urls import path

from scheduling.views import public

urlpatterns = [
    path("with/<str:token>/", public.book_by_link, name="book_by_link"),
    path("with/<str:token>/booked/<uuid:key>/", public.booked_by_link, name="booked_by_link"),
    path(
        "with/<str:token>/booked/<uuid:key>/calendar.ics",
        public.booked_calendar_by_link,
        name="booked_calendar_by_link",
    ),
    path("<slug:practice>/<slug:offering>/", public.book, name="book"),
    path("<slug:practice>/<slug:offering>/booked/<uuid:key>/", public.booked, name="booked"),
    path(
        "<slug:practice>/<slug:offering>/booked/<uuid:key>/calendar.ics",
        public.booked_calendar,
        name="booked_calendar",
    ),
]
