"""The demo's mailbox: every mail becomes a file that `coachops.mail.mailbox` reads."""

import time
from collections.abc import Sequence
from email import policy
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    """Writes .eml files whose names sort by time. A file is there whole or not at all."""

    def __init__(self, *, folder: str | Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            self._write(message.message(policy=policy.SMTP).as_bytes())
        return len(email_messages)

    def _write(self, content: bytes) -> None:
        name = f"{time.time_ns():020d}-{uuid4().hex[:12]}"
        unfinished = self.folder / f".{name}.part"
        unfinished.write_bytes(content)
        unfinished.replace(self.folder / f"{name}.eml")
