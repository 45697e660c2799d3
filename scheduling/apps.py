from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "scheduling"

    def ready(self) -> None:
        from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
        from coachops.practices.purposes import register_purpose  # noqa: PLC0415 -- app registry
        from coachops.practices.signals import membership_ended  # noqa: PLC0415 -- app registry
        from scheduling import emails, receivers  # noqa: PLC0415 -- app registry
        from scheduling.purposes import CANCEL_LINK, MOVE_LINK  # noqa: PLC0415 -- app registry
        from scheduling.services import notices  # noqa: PLC0415 -- app registry
        from scheduling.views import link  # noqa: PLC0415 -- app registry

        register(notices.CONFIRMED, emails.prepare_confirmation)
        register(notices.MOVED, emails.prepare_moved)
        register(notices.CANCELLED, emails.prepare_cancelled)
        register(notices.REMINDER, emails.prepare_reminder)
        register_purpose(MOVE_LINK, link.move)
        register_purpose(CANCEL_LINK, link.cancel)
        membership_ended.connect(
            receivers.on_membership_ended, dispatch_uid="scheduling.membership_ended"
        )
