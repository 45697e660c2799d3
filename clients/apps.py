from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "clients"

    def ready(self) -> None:
        _register_agreements()
        _register_intake()
        _register_teams()
        _register_handover()
        from clients import emails, receivers  # noqa: PLC0415 -- app registry
        from clients.services import (  # noqa: PLC0415 -- app registry
            clients,
            continuity,
            delegates,
            disclosure,
            messages,
            new_address,
            notices,
            sponsors,
        )
        from clients.views import link  # noqa: PLC0415 -- app registry
        from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
        from coachops.practices.purposes import register_purpose  # noqa: PLC0415 -- app registry
        from coachops.practices.signals import (  # noqa: PLC0415 -- app registry
            address_changed,
            membership_ended,
        )

        register(clients.INVITATION_KIND, emails.prepare_portal_invitation)
        register(delegates.INVITATION_KIND, emails.prepare_delegate_invitation)
        register(sponsors.INVITATION_KIND, emails.prepare_sponsor_invitation)
        register(disclosure.REQUEST_KIND, emails.prepare_disclosure_request)
        register(notices.NOTICE_KIND, emails.prepare_notice)
        register(new_address.OLD_ADDRESS_KIND, emails.prepare_old_address)
        register(messages.WAITS_KIND, emails.prepare_message_waits)
        register(continuity.NEWS_KIND, emails.prepare_continuity)
        register(continuity.REVIEW_KIND, emails.prepare_continuity_review)
        register_purpose(disclosure.SIGNING_PURPOSE, link.sign_disclosure, thanks=link.thank_signer)
        address_changed.connect(
            receivers.on_address_changed, dispatch_uid="clients.address_changed"
        )
        membership_ended.connect(
            receivers.on_membership_ended, dispatch_uid="clients.membership_ended"
        )


def _register_handover() -> None:
    from clients import emails  # noqa: PLC0415 -- app registry
    from clients.services import handover_asking  # noqa: PLC0415 -- app registry
    from clients.views.handover_link import decide_by_link, thank_for_answer  # noqa: PLC0415 -- app registry
    from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
    from coachops.practices.purposes import register_purpose  # noqa: PLC0415 -- app registry

    register(handover_asking.REQUEST_KIND, emails.prepare_handover)
    register(handover_asking.CODE_KIND, emails.prepare_handover_code)
    register(handover_asking.ANSWERED_KIND, emails.prepare_handover_answered)
    register_purpose(handover_asking.ANSWER_PURPOSE, decide_by_link, thanks=thank_for_answer)


def _register_teams() -> None:
    from clients import emails  # noqa: PLC0415 -- app registry
    from clients.services import team_signing, teams  # noqa: PLC0415 -- app registry
    from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry

    register(teams.MEMBERSHIP_KIND, emails.prepare_team_membership)
    register(teams.NEWS_KIND, emails.prepare_team_news)
    register(team_signing.FORMER_KIND, emails.prepare_former_speaker)


def _register_intake() -> None:
    from clients import emails, receivers  # noqa: PLC0415 -- app registry
    from clients.models import INTAKE  # noqa: PLC0415 -- app registry
    from clients.services import enquiries  # noqa: PLC0415 -- app registry
    from clients.views.intake import answer_by_link  # noqa: PLC0415 -- app registry
    from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
    from coachops.practices.purposes import register_purpose  # noqa: PLC0415 -- app registry
    from coachops.questionnaires.signals import (  # noqa: PLC0415 -- app registry
        response_submitted,
        response_taken_back,
    )

    register(INTAKE.request_kind, emails.prepare_intake)
    register(INTAKE.sent_kind, emails.prepare_intake_sent)
    register(enquiries.NEW_KIND, emails.prepare_enquiry)
    register_purpose(INTAKE.answer_purpose, answer_by_link)
    response_submitted.connect(
        receivers.on_response_submitted, dispatch_uid="clients.response_submitted"
    )
    response_taken_back.connect(
        receivers.on_response_taken_back, dispatch_uid="clients.response_taken_back"
    )


def _register_agreements() -> None:
    from clients import emails  # noqa: PLC0415 -- app registry
    from clients.services import (  # noqa: PLC0415 -- app registry
        agreement_asking,
        agreements_file,
    )
    from clients.views.agreement_link import (  # noqa: PLC0415 -- app registry
        file_by_link,
        sign_by_link,
        thank_signer,
    )
    from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
    from coachops.practices.purposes import register_purpose  # noqa: PLC0415 -- app registry

    register(agreement_asking.REQUEST_KIND, emails.prepare_agreement_request)
    register(agreement_asking.CODE_KIND, emails.prepare_agreement_code)
    register(agreement_asking.NEWS_KIND, emails.prepare_agreement_news)
    register(
        agreements_file.PDF_KIND,
        agreements_file.prepare_agreement_pdf,
        lease_seconds=agreements_file.LEASE_SECONDS,
    )
    register_purpose(agreement_asking.SIGNING_PURPOSE, sign_by_link, thanks=thank_signer)
    register_purpose(agreement_asking.FILE_PURPOSE, file_by_link)
