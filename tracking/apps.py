from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "tracking"

    def ready(self) -> None:
        from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
        from tracking import emails  # noqa: PLC0415 -- app registry
        from tracking.emails import teams  # noqa: PLC0415 -- app registry
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
        _connect()
        _connect_teams()
        register(summaries.SHARED_KIND, emails.prepare_summary_shared)
        register(summaries.TEAM_KIND, teams.prepare_team_summary)


def _connect() -> None:
    from clients.signals import (  # noqa: PLC0415 -- app registry
        address_replaced,
        engagement_moved,
    )
    from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
    from coachops.practices.purposes import register_purpose  # noqa: PLC0415 -- app registry
    from coachops.questionnaires.signals import (  # noqa: PLC0415 -- app registry
        response_submitted,
        response_taken_back,
    )
    from programs.signals import engagement_completed  # noqa: PLC0415 -- app registry
    from scheduling.signals import session_settled  # noqa: PLC0415 -- app registry
    from tracking import receivers  # noqa: PLC0415 -- app registry
    from tracking.emails import questionnaires as mails  # noqa: PLC0415 -- app registry
    from tracking.services import preparation, questionnaires  # noqa: PLC0415 -- app registry
    from tracking.views.link import answer_by_link  # noqa: PLC0415 -- app registry

    register(questionnaires.REQUEST_KIND, mails.prepare_questionnaire)
    register(questionnaires.RULE_KIND, mails.prepare_questionnaire)
    register(questionnaires.SENT_KIND, mails.prepare_questionnaire_sent)
    register(preparation.SENT_KIND, mails.prepare_preparation_sent)
    register_purpose(questionnaires.ANSWER_PURPOSE, answer_by_link)
    session_settled.connect(receivers.on_session_settled, dispatch_uid="tracking.session_settled")
    engagement_completed.connect(
        receivers.on_engagement_completed, dispatch_uid="tracking.engagement_completed"
    )
    address_replaced.connect(
        receivers.on_address_replaced, dispatch_uid="tracking.address_replaced"
    )
    engagement_moved.connect(
        receivers.on_engagement_moved, dispatch_uid="tracking.engagement_moved"
    )
    response_submitted.connect(
        receivers.on_response_submitted, dispatch_uid="tracking.response_submitted"
    )
    response_taken_back.connect(
        receivers.on_response_taken_back, dispatch_uid="tracking.response_taken_back"
    )


def _connect_teams() -> None:
    from clients.signals import speaker_chosen, team_left  # noqa: PLC0415 -- app registry
    from tracking import receivers  # noqa: PLC0415 -- app registry

    speaker_chosen.connect(receivers.on_speaker_chosen, dispatch_uid="tracking.speaker_chosen")
    team_left.connect(receivers.on_team_left, dispatch_uid="tracking.team_left")
