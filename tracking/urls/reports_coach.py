from django.urls import path

from tracking.views.coach import reports
from tracking.views.coach.reports_narrative import report_narrative

urlpatterns = [
    path("reports/", reports.reports, name="reports"),
    path("engagements/<uuid:pk>/reports/start/", reports.report_start, name="report_start"),
    path("reports/<uuid:pk>/", reports.report, name="report"),
    path("reports/<uuid:pk>/pdf/", reports.report_pdf, name="report_pdf"),
    path("reports/<uuid:pk>/draft/", reports.report_draft, name="report_draft"),
    path("reports/<uuid:pk>/refresh/", reports.report_refresh, name="report_refresh"),
    path("reports/<uuid:pk>/narrative/", report_narrative, name="report_narrative"),
    path("reports/<uuid:pk>/check/", reports.report_check, name="report_check"),
    path("reports/<uuid:pk>/reopen/", reports.report_reopen, name="report_reopen"),
    path("reports/<uuid:pk>/send/", reports.report_send, name="report_send"),
    path("reports/<uuid:pk>/issue/", reports.report_issue, name="report_issue"),
]
