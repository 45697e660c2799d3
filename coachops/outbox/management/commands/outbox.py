"""Deliver due messages without any broker: the fallback, and the worker of small installations."""

import logging
import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connections

from coachops.outbox.engine import drain

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 1.0


class Command(BaseCommand):
    help = "Deliver due messages once, or with --loop until stopped (no broker needed)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--loop", action="store_true", help="look each second until SIGTERM or Ctrl-C"
        )
        parser.add_argument(
            "--batch", type=int, default=10, help="messages claimed at a time (default 10)"
        )

    def handle(self, *, loop: bool, batch: int, **_options: Any) -> None:
        if loop:
            self._loop(batch)
        else:
            delivered = drain(batch=batch)
            self.stdout.write(f"{delivered} delivered")

    def _loop(self, batch: int) -> None:
        stop = threading.Event()

        def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)
        while not stop.is_set():
            try:
                drain(batch=batch, should_stop=stop.is_set)
            except (OperationalError, InterfaceError) as error:
                # The database is away: what was claimed comes back when its lease ends.
                logger.warning("the database does not answer: %s", type(error).__name__)
                connections.close_all()
            stop.wait(SECONDS_BETWEEN_LOOKS)
