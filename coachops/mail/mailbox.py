"""Reading the demo's mailbox, newest first."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from heapq import nlargest
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    name: str
    type: str
    content_base64: str


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail as it went out; `sent_at` is UTC."""

    id: str
    to: str
    from_address: str
    subject: str
    text: str
    html: str
    sent_at: datetime
    headers: dict[str, str]
    attachments: tuple[StoredAttachment, ...]

    def as_json(self) -> dict[str, Any]:
        """The stable shape of /demo/mail.json."""
        return {
            "id": self.id,
            "to": self.to,
            "from": self.from_address,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "sent_at": self.sent_at.isoformat(),
            "headers": self.headers,
            "attachments": [
                {"name": file.name, "type": file.type, "content_base64": file.content_base64}
                for file in self.attachments
            ],
        }


def read_mailbox(limit: int = 50, offset: int = 0) -> list[StoredMail]:
    """At most `limit` mails after the newest `offset`; empty while nothing was sent."""
    newest = nlargest(offset + limit, _folder().glob("*.eml"), key=lambda path: path.name)
    return [_read(path) for path in newest[offset:]]


def count_mailbox() -> int:
    return sum(1 for _ in _folder().glob("*.eml"))


def find_mail(mail_id: str) -> StoredMail | None:
    """The mail with that id, or None; an id is never a path."""
    if not mail_id.replace("-", "").isalnum():
        return None
    path = _folder() / f"{mail_id}.eml"
    return _read(path) if path.is_file() else None


def _folder() -> Path:
    return Path(settings.MAIL_DIR)


def _read(path: Path) -> StoredMail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    nanoseconds = int(path.name.partition("-")[0])
    return StoredMail(
        id=path.stem,
        to=str(message["To"] or ""),
        from_address=str(message["From"] or ""),
        subject=str(message["Subject"] or "").strip(),  # a long one begins on the next line
        text=_body(message, "plain"),
        html=_body(message, "html"),
        sent_at=datetime.fromtimestamp(nanoseconds / 1e9, UTC),
        headers={name: str(value) for name, value in message.items()},
        attachments=tuple(_attachments(message)),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _attachments(message: EmailMessage) -> list[StoredAttachment]:
    """Files, and the invitation that calendars read, which is an alternative of the text."""
    found = []
    for part in message.walk():
        is_invitation = part.get_content_type() == "text/calendar"
        if part.is_multipart() or not (is_invitation or part.get_filename()):
            continue
        found.append(
            StoredAttachment(
                name=part.get_filename() or "calendar.ics",
                type=part["Content-Type"] if is_invitation else part.get_content_type(),
                content_base64=b64encode(_bytes(part)).decode(),
            )
        )
    return found


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
