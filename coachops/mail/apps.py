from django.apps import AppConfig

from coachops.outbox.registry import after_drain, register


class MailConfig(AppConfig):
    name = "coachops.mail"
    label = "mail"

    def ready(self) -> None:
        from coachops.mail import outgoing, transport  # noqa: PLC0415 -- settings are ready only now

        register(outgoing.KIND, outgoing.prepare_global_mail)
        after_drain(transport.close)
