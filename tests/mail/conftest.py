import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from coachops.launch.machine import free_port
from coachops.mail import transport
from coachops.mail.mailers import mailers
from coachops.mail.message import Mail, Reader, Sender, render_mail

PRIYA = Reader(address="priya@example.test", time_zone="Europe/Oslo")
ALDER_LANE = Sender(
    name="Alder Lane Coaching", postal_address="14 Alder Lane, Bath", reply_to="helen@example.test"
)


@pytest.fixture(autouse=True)
def example_templates(settings) -> None:
    engines = copy.deepcopy(settings.TEMPLATES)
    engines[0]["DIRS"].append(Path(__file__).parent / "templates")
    settings.TEMPLATES = engines


def booked(*, reader: Reader = PRIYA, sender: Sender = ALDER_LANE, **context: Any) -> Mail:
    return render_mail(
        name="example/booked",
        context={
            "name": "Priya",
            "title": "Session 8",
            "zone": "Oslo",
            "link": "https://example.test/?a=1&b=2",
            "starts_at": datetime(2026, 11, 24, 10, 30, tzinfo=UTC),
            **context,
        },
        reader=reader,
        sender=sender,
        reason="Sent because you booked at Alder Lane Coaching.",
    )


@dataclass
class Sink:
    """A mail server of the test's own; `answers` are given to the next messages instead of 250."""

    envelopes: list[Envelope] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refuse_recipients_with: str = ""
    connections: int = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 -- aiosmtpd's name
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 -- aiosmtpd's name
        if self.refuse_recipients_with:
            return self.refuse_recipients_with
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's name
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "hang up":
            self.envelopes.append(envelope)
            server.transport.abort()
            return ""
        if answer.startswith("250"):
            self.envelopes.append(envelope)
        return answer


@pytest.fixture(autouse=True)
def no_open_line() -> Iterator[None]:
    """A test elsewhere that delivers by hand leaves its line to the mail server open."""
    transport.close()
    yield
    transport.close()


@pytest.fixture
def sink(settings, tmp_path) -> Iterator[Sink]:
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.MAILERS = mailers(f"smtp://127.0.0.1:{controller.port}", folder=tmp_path)
    yield handler
    transport.close()  # before the server, which waits for it
    controller.stop()
