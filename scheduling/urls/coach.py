from django.urls import path

from scheduling.views.coach import availability, booking, calendar, offerings, sessions

urlpatterns = [
    path("calendar/", calendar.week, name="calendar"),
    path("outcomes/", calendar.unconfirmed, name="unconfirmed"),
    path("availability/", availability.hours, name="availability"),
    path("availability/days/", availability.add_days, name="availability_days"),
    path("availability/days/forget/", availability.forget, name="availability_forget"),
    path("offerings/", offerings.overview, name="offerings"),
    path("offerings/new/", offerings.new, name="offering_new"),
    path("offerings/<uuid:pk>/", offerings.edit, name="offering"),
    path("offerings/<uuid:pk>/archive/", offerings.archive, name="offering_archive"),
    path("clients/<uuid:client_pk>/book/", booking.book, name="book_for_client"),
    path("sessions/<uuid:pk>/move/", sessions.move, name="session_move"),
    path("sessions/<uuid:pk>/cancel/", sessions.cancel, name="session_cancel"),
    path("sessions/<uuid:pk>/outcome/", sessions.outcome, name="session_outcome"),
]
