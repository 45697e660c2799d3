from django.urls import URLPattern, URLResolver, include, path

from tracking.views.portal import actions, goals, journal, reflection, summaries

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tracking.urls.reports_portal")),
    path("goals/", goals.goals, name="goals"),
    path("goals/new/", goals.goal_new, name="goal_new"),
    path("goals/<uuid:pk>/", goals.goal, name="goal"),
    path("goals/<uuid:pk>/wording/", goals.goal_revise, name="goal_revise"),
    path("goals/<uuid:pk>/rating/", goals.goal_rate, name="goal_rate"),
    path("goals/<uuid:pk>/target/", goals.goal_target, name="goal_target"),
    path("goals/<uuid:pk>/state/", goals.goal_state, name="goal_state"),
    path("goals/<uuid:pk>/sponsor/", goals.goal_show, name="goal_show"),
    path("goals/<uuid:pk>/sponsor/hide/", goals.goal_hide, name="goal_hide"),
    path("actions/", actions.actions, name="actions"),
    path("actions/new/", actions.action_new, name="action_new"),
    path("actions/<uuid:pk>/", actions.action, name="action"),
    path("actions/<uuid:pk>/done/", actions.action_done, name="action_done"),
    path("actions/<uuid:pk>/undo/", actions.action_undo, name="action_undo"),
    path("actions/<uuid:pk>/let-go/", actions.action_drop, name="action_drop"),
    path("journal/", journal.journal, name="journal"),
    path("journal/<uuid:pk>/", reflection.reflection, name="reflection"),
    path("journal/<uuid:pk>/share/", journal.reflection_share, name="reflection_share"),
    path("journal/<uuid:pk>/unshare/", journal.reflection_unshare, name="reflection_unshare"),
    path("journal/<uuid:pk>/delete/", journal.reflection_delete, name="reflection_delete"),
    path("summaries/", summaries.summaries, name="summaries"),
]
