from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "coachops.retention"
    label = "retention"

    def ready(self) -> None:
        from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
        from coachops.retention import emails  # noqa: PLC0415 -- app registry
        from coachops.retention.services.notices import (  # noqa: PLC0415 -- app registry
            NOTICE_KIND,
        )

        register(NOTICE_KIND, emails.prepare_notice)
