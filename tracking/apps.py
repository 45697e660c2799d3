from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "tracking"

    def ready(self) -> None:
        from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
        from tracking.emails import reports as mails  # noqa: PLC0415 -- app registry
        from tracking.services import (  # noqa: PLC0415 -- app registry
            reports,
            reports_file,
        )

        register(
            reports_file.PDF_KIND,
            reports_file.prepare_report_pdf,
            lease_seconds=reports_file.LEASE_SECONDS,
        )
        register(reports_file.ISSUED_KIND, mails.prepare_issued, when_unsure="hold")
        register(reports.NOTICE_KIND, mails.prepare_notice)
        _register_sessions()
        _register_questionnaires()
        _connect()
        _connect_teams()


def _register_sessions() -> None:
    from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
    from tracking.emails import sessions, teams  # noqa: PLC0415 -- app registry
    from tracking.services import preparation, summaries  # noqa: PLC0415 -- app registry

    register(preparation.REQUEST_KIND, sessions.prepare_preparation)
    register(preparation.SENT_KIND, sessions.prepare_preparation_sent)
    register(summaries.SHARED_KIND, sessions.prepare_summary_shared)
    register(summaries.TEAM_KIND, teams.prepare_team_summary)


def _register_questionnaires() -> None:
    from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
    from coachops.practices.purposes import register_purpose  # noqa: PLC0415 -- app registry
    from tracking.emails import questionnaires as mails  # noqa: PLC0415 -- app registry
    from tracking.models.questionnaires import (  # noqa: PLC0415 -- app registry
        BY_MEMBER,
        BY_RULE,
    )
    from tracking.views.link import answer_by_link  # noqa: PLC0415 -- app registry

    register(BY_MEMBER.request_kind, mails.prepare_questionnaire)
    register(BY_RULE.request_kind, mails.prepare_questionnaire)
    register(BY_MEMBER.sent_kind, mails.prepare_questionnaire_sent)
    register_purpose(BY_MEMBER.answer_purpose, answer_by_link)


def _connect() -> None:
    from clients.signals import (  # noqa: PLC0415 -- app registry
        address_replaced,
        engagement_moved,
    )
    from coachops.questionnaires.signals import (  # noqa: PLC0415 -- app registry
        response_submitted,
        response_taken_back,
    )
    from programs.signals import engagement_completed  # noqa: PLC0415 -- app registry
    from scheduling.signals import session_settled  # noqa: PLC0415 -- app registry
    from tracking import receivers  # noqa: PLC0415 -- app registry

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
    from clients.signals import (  # noqa: PLC0415 -- app registry
        speaker_chosen,
        team_joined,
        team_left,
    )
    from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
    from tracking import receivers  # noqa: PLC0415 -- app registry
    from tracking.emails import teams  # noqa: PLC0415 -- app registry
    from tracking.services import team_questionnaires  # noqa: PLC0415 -- app registry

    register(team_questionnaires.NEWCOMERS_KIND, teams.prepare_newcomers_asked)
    team_joined.connect(receivers.on_team_joined, dispatch_uid="tracking.team_joined")
    speaker_chosen.connect(receivers.on_speaker_chosen, dispatch_uid="tracking.speaker_chosen")
    team_left.connect(receivers.on_team_left, dispatch_uid="tracking.team_left")
