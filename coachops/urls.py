"""The address tree. The practice is in the address; no hidden state decides whose data it is."""

from django.conf import settings
from django.urls import include, path

coach_site = [
    path("", include("coachops.pages.urls.coach")),
    path("", include("coachops.practices.urls.coach")),
    path("", include("coachops.questionnaires.urls.coach")),
    path("", include("clients.urls.coach")),
    path("", include("programs.urls.coach")),
    path("", include("scheduling.urls.coach")),
    path("", include("tracking.urls.coach")),
    path("", include("coachops.retention.urls.coach")),
    path("", include("coachops.transfer.urls.coach")),
    path("", include("coachops.correspondence.urls.coach")),
]
portal_site = [
    path("", include("coachops.pages.urls.portal")),
    path("", include("clients.urls.portal")),
    path("", include("scheduling.urls.portal")),
    path("", include("tracking.urls.portal")),
    path("", include("coachops.retention.urls.portal")),
    path("", include("coachops.transfer.urls.portal")),
    path("", include("coachops.correspondence.urls.portal")),
]
sponsor_site = [
    path("", include("coachops.pages.urls.sponsor")),
    path("", include("clients.urls.sponsor")),
    path("", include("scheduling.urls.sponsor")),
    path("", include("tracking.urls.sponsor")),
    path("", include("coachops.correspondence.urls.sponsor")),
]

urlpatterns = [
    path("", include("coachops.practices.urls.public")),
    path("", include("coachops.web.urls")),
    path("coach/<slug:practice>/", include((coach_site, "coach"))),
    path("portal/<slug:practice>/", include((portal_site, "portal"))),
    path("sponsor/<slug:practice>/", include((sponsor_site, "sponsor"))),
    path("", include("coachops.pages.urls.public")),
    path("book/", include("scheduling.urls.public")),
    path("feeds/", include("scheduling.urls.feeds")),
    path("mail/", include("coachops.correspondence.urls.public")),
    path("mail/inbound/", include("scheduling.urls.inbound")),
    path("calendars/", include("scheduling.urls.connected")),
    path("accounts/", include("allauth.urls")),
    path("health/", include("coachops.pages.urls.health")),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("coachops.demo.urls"))]
