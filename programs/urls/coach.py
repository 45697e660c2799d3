from django.urls import URLPattern, path

from programs.views.coach import checklists, engagements, opening, programs

urlpatterns: list[URLPattern] = [
    path(
        "clients/<uuid:client_pk>/engagements/new/", opening.engagement_new, name="engagement_new"
    ),
    path("engagements/<uuid:pk>/", engagements.engagement, name="engagement"),
    path("engagements/<uuid:pk>/allot/", engagements.engagement_allot, name="engagement_allot"),
    path("programs/", programs.programs, name="programs"),
    path("programs/install/", programs.programs_install, name="programs_install"),
    path("programs/<uuid:pk>/checklist/", checklists.program_checklist, name="program_checklist"),
    path("programs/<uuid:pk>/health/", checklists.program_health, name="program_health"),
    path("programs/<uuid:pk>/", programs.program, name="program"),
]
