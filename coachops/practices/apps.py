from django.apps import AppConfig

from coachops.outbox.registry import register


class PracticesConfig(AppConfig):
    name = "coachops.practices"
    label = "practices"

    def ready(self) -> None:
        from allauth.account.signals import email_changed  # noqa: PLC0415 -- app registry
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415 -- app registry

        from coachops.practices import (  # noqa: PLC0415 -- app registry
            checks,  # noqa: F401 -- registers itself
            receivers,
            tasks,
        )

        register(tasks.INVITATION, tasks.prepare_invitation)
        user_logged_in.connect(receivers.on_signed_in, dispatch_uid="practices.signed_in")
        email_changed.connect(receivers.on_email_changed, dispatch_uid="practices.email_changed")
