from django.urls import URLPattern, path

from coachops.transfer.views import imports, transfers

urlpatterns: list[URLPattern] = [
    path("clients/import/", imports.client_import, name="client_import"),
    path("transfers/", transfers.transfers, name="transfers"),
    path("transfers/<uuid:pk>/", transfers.transfer, name="transfer"),
    path("transfers/<uuid:pk>/columns/", imports.transfer_columns, name="transfer_columns"),
    path("transfers/<uuid:pk>/go/", imports.transfer_go, name="transfer_go"),
    path("transfers/<uuid:pk>/undo/", imports.transfer_undo, name="transfer_undo"),
    path("transfers/<uuid:pk>/cancel/", transfers.transfer_cancel, name="transfer_cancel"),
    path("transfers/<uuid:pk>/rows/", imports.transfer_rows, name="transfer_rows"),
    path("transfers/<uuid:pk>/file/", transfers.transfer_file, name="transfer_file"),
    path("settings/export/", transfers.practice_export, name="practice_export"),
    path("settings/import/", transfers.practice_import, name="practice_import"),
]
