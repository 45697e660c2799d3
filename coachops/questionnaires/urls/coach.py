from django.urls import URLPattern, path

from coachops.questionnaires.views import coach

urlpatterns: list[URLPattern] = [
    path("questionnaires/", coach.questionnaires, name="questionnaires"),
    path("questionnaires/new/", coach.questionnaire_new, name="questionnaire_new"),
    path("questionnaires/<uuid:pk>/", coach.questionnaire, name="questionnaire"),
    path(
        "questionnaires/<uuid:pk>/questions/new/",
        coach.question_new,
        name="questionnaire_question_new",
    ),
    path(
        "questionnaires/<uuid:pk>/questions/<slug:key>/",
        coach.question,
        name="questionnaire_question",
    ),
    path("questionnaires/<uuid:pk>/preview/", coach.preview, name="questionnaire_preview"),
    path("questionnaires/<uuid:pk>/publish/", coach.publishing, name="questionnaire_publish"),
    path("questionnaires/<uuid:pk>/archive/", coach.archiving, name="questionnaire_archive"),
]
