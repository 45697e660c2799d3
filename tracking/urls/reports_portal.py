from django.urls import path

from tracking.views.portal import reports

urlpatterns = [
    path("reports/<uuid:pk>/", reports.report, name="report"),
    path("reports/<uuid:pk>/pdf/", reports.report_pdf, name="report_pdf"),
]
