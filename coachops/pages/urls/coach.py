from django.urls import path

from coachops.pages.views import coach, components, guided_start, search, undelivered

urlpatterns = [
    path("", coach.today_page, name="today"),
    path("start/", guided_start.guided_start_page, name="start"),
    path("start/finish/", guided_start.finish, name="start_finish"),
    path("search/", search.search_page, name="search"),
    path("clients/<uuid:pk>/", coach.client_page, name="client"),
    path("undelivered/", undelivered.undelivered, name="outbox"),
    path("undelivered/<uuid:pk>/again/", undelivered.undelivered_retry, name="outbox_retry"),
    path("undelivered/<uuid:pk>/let-go/", undelivered.undelivered_dismiss, name="outbox_dismiss"),
    path("components/", components.components_page, name="components"),
]
