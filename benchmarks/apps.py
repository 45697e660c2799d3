"""What the workers of the benchmarks know beside the product: one kind of message."""

from functools import partial

from django.apps import AppConfig

from coachops.outbox.registry import ClaimedMessage, Delivery, register

REMINDER = "benchmark.reminder"


class BenchmarksConfig(AppConfig):
    name = "benchmarks"
    label = "benchmarks"

    def ready(self) -> None:
        register(REMINDER, prepare_reminder)


def prepare_reminder(message: ClaimedMessage) -> Delivery:
    """A reminder as the product makes one: facts read in the practice, three templates."""
    from coachops.mail.message import Reader, Sender, render_mail, send_mail  # noqa: PLC0415 -- needs models
    from coachops.practices.models import Practice  # noqa: PLC0415 -- needs models

    practice = Practice.objects.get(pk=message.practice_id)
    mail = render_mail(
        name="benchmark/reminder",
        context={"practice": practice, "due_at": message.due_at},
        reader=Reader(address=message.recipient, time_zone=practice.time_zone),
        sender=Sender(name=practice.name, hue=practice.brand_hue),
        reason="Sent because you have a session tomorrow.",
    )
    return partial(send_mail, mail, message_id=message.id)
