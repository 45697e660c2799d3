from django.urls import path

from coachops.practices.views import coach

urlpatterns = [
    path("members/", coach.members, name="members"),
    path("members/invite/", coach.member_invite, name="member_invite"),
    path("members/<uuid:pk>/", coach.member, name="member"),
    path("members/<uuid:pk>/end/", coach.member_end, name="member_end"),
    path("members/<uuid:pk>/invite-again/", coach.member_reinvite, name="member_reinvite"),
    path("settings/", coach.practice_settings, name="settings"),
]
