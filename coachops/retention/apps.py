from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "coachops.retention"
    label = "retention"

    def ready(self) -> None:
        from clients.queries.own_parts import register_own_part  # noqa: PLC0415 -- app registry
        from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
        from coachops.retention import emails  # noqa: PLC0415 -- app registry
        from coachops.retention.queries import own  # noqa: PLC0415 -- app registry
        from coachops.retention.services.notices import (  # noqa: PLC0415 -- app registry
            NOTICE_KIND,
        )

        register(NOTICE_KIND, emails.prepare_notice)
        register_own_part("requests_about_data", own.requests_to_take)
        register_own_part("openings", own.openings_to_take)
