"""INBOUND_EMAIL_URL in plain words. Imported by the settings, so it knows no Django."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

_PORTS = {"imap": 143, "imap+tls": 143, "imaps": 993}
_ENCRYPTION: dict[str, Literal["none", "starttls", "tls"]] = {
    "imap": "none",
    "imap+tls": "starttls",
    "imaps": "tls",
}
SHORTEST_SECRET = 20


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where mail is fetched from."""

    host: str
    port: int
    encryption: Literal["none", "starttls", "tls"]
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


@dataclass(frozen=True, slots=True)
class InboundMail:
    """How mail comes in: fetched from a mailbox, or handed over by a provider; or not at all.

    `secret` is the last part of the address that the provider posts to. Without a `provider` it
    posts mails as they came; `options` are those of the provider's view in django-anymail.
    """

    mailbox: Mailbox | None = None
    secret: str = field(default="", repr=False)
    provider: str = ""
    options: dict[str, str] = field(default_factory=dict, repr=False)


def inbound_mail(url: str, *, name: str = "INBOUND_EMAIL_URL") -> InboundMail:
    """imaps://user:password@host/INBOX, imap+tls://… (STARTTLS), imap://…; or webhook://secret, or
    anymail+postmark://secret?option=…. Empty for none; raises ValueError for anything else.
    """
    if not url:
        return InboundMail()
    parts = urlsplit(url)
    if parts.scheme in _PORTS and parts.hostname:
        return InboundMail(
            mailbox=Mailbox(
                host=parts.hostname,
                port=parts.port or _PORTS[parts.scheme],
                encryption=_ENCRYPTION[parts.scheme],
                user=unquote(parts.username or ""),
                password=unquote(parts.password or ""),
                folder=unquote(parts.path.strip("/")) or "INBOX",
            )
        )
    is_posted = parts.scheme == "webhook" or parts.scheme.startswith("anymail+")
    if not is_posted:
        raise ValueError(f"{name} must begin with imaps://, webhook:// or anymail+…://")
    if len(parts.netloc) < SHORTEST_SECRET:
        raise ValueError(f"{name} needs a secret of {SHORTEST_SECRET} characters or more")
    return InboundMail(
        secret=parts.netloc,
        provider=parts.scheme.partition("+")[2],
        options=dict(parse_qsl(parts.query)),
    )
