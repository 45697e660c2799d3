from django.urls import include, path

from coachops.pages.views import portal

urlpatterns = [
    path("", portal.home, name="home"),
    path("", include("coachops.pages.urls.portal_sponsor")),
]
