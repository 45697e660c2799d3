from django.urls import path

from scheduling.views import portal

urlpatterns = [
    path("book/", portal.book, name="book"),
    path("sessions/", portal.sessions, name="sessions"),
    path("sessions/<uuid:pk>/", portal.session, name="session"),
    path("sessions/<uuid:pk>/move/", portal.move, name="session_move"),
    path("sessions/<uuid:pk>/cancel/", portal.cancel, name="session_cancel"),
    path("sessions/<uuid:pk>/calendar.ics", portal.calendar_file, name="session_calendar"),
]
