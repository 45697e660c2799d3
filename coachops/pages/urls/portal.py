from django.urls import include, path

from coachops.pages.views import portal, teams, view_as

urlpatterns = [
    path("", portal.home, name="home"),
    path("teams/<uuid:pk>/", teams.team, name="team"),
    path("what-an-assistant-sees/", view_as.what_assistant_sees, name="what_assistant_sees"),
    path("", include("coachops.pages.urls.portal_sponsor")),
]
