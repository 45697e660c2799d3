from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "clients"

    def ready(self) -> None:
        from clients import emails, receivers  # noqa: PLC0415 -- app registry
        from clients.services import (  # noqa: PLC0415 -- app registry
            clients,
            delegates,
            disclosure,
            notices,
            sponsors,
        )
        from clients.views.link import sign_disclosure  # noqa: PLC0415 -- app registry
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
        register_purpose(disclosure.SIGNING_PURPOSE, sign_disclosure)
        address_changed.connect(
            receivers.on_address_changed, dispatch_uid="clients.address_changed"
        )
        membership_ended.connect(
            receivers.on_membership_ended, dispatch_uid="clients.membership_ended"
        )
