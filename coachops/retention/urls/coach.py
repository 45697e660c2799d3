from django.urls import URLPattern, path

from coachops.retention.views.coach import desk, keeping, ledger, opening, records

urlpatterns: list[URLPattern] = [
    path("settings/records/", keeping.retention, name="retention"),
    path("settings/records/second-person/", keeping.second_person, name="second_person"),
    path("who-looked/", ledger.access_ledger, name="access_ledger"),
    path("clients/<uuid:pk>/records/", records.client_records, name="client_records"),
    path("clients/<uuid:pk>/records/hold/", records.hold_place, name="hold_place"),
    path("clients/<uuid:pk>/records/hold/lift/", records.hold_lift, name="hold_lift"),
    path("clients/<uuid:pk>/records/erase/", records.erasure_plan, name="erasure_plan"),
    path("clients/<uuid:pk>/records/open/", opening.opening_ask, name="opening_ask"),
    path("erasures/<uuid:pk>/", records.erasure, name="erasure"),
    path("erasures/<uuid:pk>/call-off/", records.erasure_call_off, name="erasure_call_off"),
    path("erasures/<uuid:pk>/receipt/", records.erasure_receipt, name="erasure_receipt"),
    path("erasures/<uuid:pk>/receipt.pdf", records.erasure_pdf, name="erasure_pdf"),
    path("openings/", opening.second_consent, name="second_consent"),
    path("openings/<uuid:pk>/", opening.opened_records, name="opened_records"),
    path("openings/<uuid:pk>/end/", opening.opening_end, name="opening_end"),
    path("requests/", desk.access_requests, name="access_requests"),
    path("requests/<uuid:pk>/", desk.access_request, name="access_request"),
    path("requests/<uuid:pk>/take/", desk.access_request_take, name="access_request_take"),
    path("requests/<uuid:pk>/answer/", desk.access_request_answer, name="access_request_answer"),
    path("requests/<uuid:pk>/refuse/", desk.access_request_refuse, name="access_request_refuse"),
    path("requests/<uuid:pk>/notes/", desk.request_notes, name="request_notes"),
]
