from django.urls import URLPattern, URLResolver, include, path

from tracking.views.coach import (
    actions,
    goals,
    handover,
    patterns,
    preparation,
    questionnaires,
    reflections,
    session,
    themes,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tracking.urls.reports_coach")),
    path("sessions/<uuid:pk>/", session.session, name="session"),
    path("sessions/<uuid:pk>/note/", session.note, name="session_note"),
    path("sessions/<uuid:pk>/summary/", session.summary, name="session_summary"),
    path("sessions/<uuid:pk>/summary/share/", session.summary_share, name="summary_share"),
    path("sessions/<uuid:pk>/file/", session.for_the_file, name="session_file"),
    path("sessions/<uuid:pk>/preview/", session.preview, name="pad_preview"),
    path("sessions/<uuid:pk>/themes/", themes.session_themes, name="session_themes"),
    path("clients/<uuid:client_pk>/brief/", handover.handover_brief, name="handover_brief"),
    path("settings/themes/", themes.themes, name="themes"),
    path("settings/themes/<uuid:pk>/", themes.theme, name="theme"),
    path("sessions/<uuid:pk>/preparation/", preparation.preparation, name="preparation"),
    path("questionnaires/preparation/", preparation.preparation_rule, name="preparation_rule"),
    path(
        "questionnaires/after/", questionnaires.questionnaire_rules_page, name="questionnaire_rules"
    ),
    path(
        "clients/<uuid:pk>/questionnaires/",
        questionnaires.client_questionnaires,
        name="client_questionnaires",
    ),
    path(
        "clients/<uuid:pk>/questionnaires/ask/",
        questionnaires.questionnaire_ask,
        name="questionnaire_ask",
    ),
    path(
        "questionnaires/asked/<uuid:pk>/",
        questionnaires.asked_questionnaire,
        name="asked_questionnaire",
    ),
    path(
        "questionnaires/asked/<uuid:pk>/remind/",
        questionnaires.questionnaire_remind,
        name="questionnaire_remind",
    ),
    path(
        "questionnaires/asked/<uuid:pk>/withdraw/",
        questionnaires.questionnaire_withdraw,
        name="questionnaire_withdraw",
    ),
    path("clients/<uuid:client_pk>/goals/", goals.goals, name="goals"),
    path("clients/<uuid:client_pk>/goals/new/", goals.goal_new, name="goal_new"),
    path("goals/<uuid:pk>/", goals.goal, name="goal"),
    path("goals/<uuid:pk>/wording/", goals.goal_revise, name="goal_revise"),
    path("goals/<uuid:pk>/rating/", goals.goal_rate, name="goal_rate"),
    path("goals/<uuid:pk>/target/", goals.goal_target, name="goal_target"),
    path("goals/<uuid:pk>/state/", goals.goal_state, name="goal_state"),
    path("clients/<uuid:client_pk>/actions/", actions.actions, name="actions"),
    path("clients/<uuid:client_pk>/actions/new/", actions.action_new, name="action_new"),
    path("actions/<uuid:pk>/", actions.action, name="action"),
    path("actions/<uuid:pk>/done/", actions.action_done, name="action_done"),
    path("actions/<uuid:pk>/undo/", actions.action_undo, name="action_undo"),
    path("actions/<uuid:pk>/let-go/", actions.action_drop, name="action_drop"),
    path("clients/<uuid:client_pk>/reflections/", reflections.reflections, name="reflections"),
    path("clients/<uuid:client_pk>/patterns/", patterns.patterns, name="patterns"),
]
