from django.urls import URLPattern, path

from clients.urls import agreements
from clients.views import delegates, employer_mail, handover, intake, messages, portal

urlpatterns: list[URLPattern] = [
    *agreements.portal,
    path("employer-mail/read/", employer_mail.employer_mail_read, name="employer_mail_read"),
    path("your-assistant/", delegates.delegates, name="delegates"),
    path("your-assistant/<uuid:pk>/end/", delegates.delegate_end, name="delegate_end"),
    path("messages/", messages.messages, name="messages"),
    path("teams/<uuid:pk>/messages/", messages.team_messages, name="team_messages"),
    path("teams/<uuid:pk>/messages/logistics/", messages.team_logistics, name="team_logistics"),
    path("messages/logistics/", messages.logistics, name="logistics"),
    path("intake/<uuid:pk>/", intake.intake, name="intake"),
    path("who-looked/", portal.who_looked, name="who_looked"),
    path("a-new-coach/", handover.handover, name="handover"),
    path("a-new-coach/<uuid:pk>/", handover.handover_answer, name="handover_answer"),
    path("disclosure/<uuid:pk>/", portal.disclosure, name="disclosure"),
    path("disclosure/<uuid:pk>/sign/", portal.disclosure_sign, name="disclosure_sign"),
    path("disclosure/<uuid:pk>/lower/", portal.disclosure_lower, name="disclosure_lower"),
    path(
        "disclosure/<uuid:pk>/attendance/",
        portal.disclosure_attendance,
        name="disclosure_attendance",
    ),
]
