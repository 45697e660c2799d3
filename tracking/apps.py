from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "tracking"

    def ready(self) -> None:
        from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
        from tracking import emails  # noqa: PLC0415 -- app registry
        from tracking.services import (  # noqa: PLC0415 -- app registry
            preparation,
            reports,
            reports_file,
            summaries,
        )

        register(
            reports_file.PDF_KIND,
            reports_file.prepare_report_pdf,
            lease_seconds=reports_file.LEASE_SECONDS,
        )
        register(reports_file.ISSUED_KIND, emails.prepare_issued, when_unsure="hold")
        register(reports.NOTICE_KIND, emails.prepare_notice)
        register(preparation.REQUEST_KIND, emails.prepare_preparation)
        register(summaries.SHARED_KIND, emails.prepare_summary_shared)
