"""What transfers do when the apps below report something."""

from datetime import datetime

from clients.models import Client
from coachops.transfer.services.forgetting import forget_copies


def on_client_erased(
    sender: type[Client], *, addresses: set[str], now: datetime, **_: object
) -> None:
    """Archives and sheets that lie here are copies of what was erased."""
    forget_copies(addresses=addresses, now=now)
