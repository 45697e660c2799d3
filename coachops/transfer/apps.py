"""Import and export: clients from a sheet, whole practices, and what a client takes along."""

from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "coachops.transfer"
    label = "transfer"

    def ready(self) -> None:
        from clients.signals import client_erased  # noqa: PLC0415 -- app registry
        from coachops.outbox.registry import register  # noqa: PLC0415 -- app registry
        from coachops.transfer.receivers import on_client_erased  # noqa: PLC0415 -- app registry
        from coachops.transfer.services.orders import WORK_KIND  # noqa: PLC0415 -- app registry
        from coachops.transfer.services.work import (  # noqa: PLC0415 -- app registry
            LEASE_SECONDS,
            prepare_work,
        )

        register(WORK_KIND, prepare_work, lease_seconds=LEASE_SECONDS, is_long=True)
        client_erased.connect(on_client_erased)
