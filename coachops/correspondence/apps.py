from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "coachops.correspondence"
    label = "correspondence"

    def ready(self) -> None:
        from coachops.correspondence.emails import (  # noqa: PLC0415 -- app registry
            prepare_digest,
        )
        from coachops.correspondence.services import (  # noqa: PLC0415 -- app registry
            settling,
            sorting,
        )
        from coachops.mail.message import complete_readers  # noqa: PLC0415 -- app registry
        from coachops.outbox.registry import (  # noqa: PLC0415 -- app registry
            after_drain,
            before_delivery,
            register,
        )

        register(sorting.DIGEST_KIND, prepare_digest)
        complete_readers(sorting.complete_reader)
        before_delivery(sorting.sort_mail)
        after_drain(settling.settle_handled)
        _connect_signals()


def _connect_signals() -> None:
    from anymail.signals import tracking  # type: ignore[import-untyped]  # noqa: PLC0415

    from coachops.correspondence import receivers  # noqa: PLC0415 -- app registry
    from coachops.practices.signals import address_changed  # noqa: PLC0415 -- app registry
    from scheduling.signals import other_mail  # noqa: PLC0415 -- app registry

    tracking.connect(receivers.on_tracking, dispatch_uid="correspondence.tracking")
    other_mail.connect(receivers.on_other_mail, dispatch_uid="correspondence.other_mail")
    address_changed.connect(
        receivers.on_address_changed, dispatch_uid="correspondence.address_changed"
    )
