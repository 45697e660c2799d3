from django.urls import path

from scheduling.views.portal import booking, delegates, feeds, groups, polls, series, sessions

urlpatterns = [
    path("book/", booking.book, name="book"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/<uuid:pk>/", sessions.session, name="session"),
    path("sessions/<uuid:pk>/move/", sessions.move, name="session_move"),
    path("sessions/<uuid:pk>/cancel/", sessions.cancel, name="session_cancel"),
    path("sessions/<uuid:pk>/calendar.ics", sessions.calendar_file, name="session_calendar"),
    path("for-somebody/", delegates.home, name="delegate_home"),
    path("for-somebody/<uuid:client_pk>/", delegates.sessions, name="delegate_sessions"),
    path("for-somebody/<uuid:client_pk>/book/", delegates.book, name="delegate_book"),
    path("for-somebody/dates/<uuid:pk>/move/", delegates.move, name="delegate_move"),
    path("for-somebody/dates/<uuid:pk>/cancel/", delegates.cancel, name="delegate_cancel"),
    path("polls/<uuid:pk>/", polls.poll, name="poll"),
    path("polls/<uuid:pk>/shares/", polls.poll_shares, name="poll_shares"),
    path("groups/", groups.groups, name="groups"),
    path("groups/<uuid:pk>/", groups.group, name="group"),
    path("groups/<uuid:pk>/join/", groups.join, name="group_join"),
    path("groups/<uuid:pk>/leave/", groups.leave, name="group_leave"),
    path("groups/<uuid:pk>/calendar.ics", groups.calendar_file, name="group_calendar"),
    path("series/new/", series.new, name="series_new"),
    path("series/<uuid:pk>/", series.series, name="series"),
    path("series/<uuid:pk>/cancel/", series.cancel, name="series_cancel"),
    path("calendar-feeds/", feeds.feeds, name="feeds"),
    path("calendar-feeds/<str:kind>/", feeds.feed_make, name="feed_make"),
    path("calendar-feeds/<str:kind>/revoke/", feeds.feed_revoke, name="feed_revoke"),
]
