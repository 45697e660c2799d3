"""EMAIL_URL in the words of Django's MAILERS. Imported by the settings, so it knows no Django."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_TIMEOUT_SECONDS = 20


def mailers(email_url: str, *, folder: Path) -> dict[str, dict[str, Any]]:
    """The mailers for one address; without an address mail is kept in `folder`.

    smtp://user:password@host:25, smtp+tls://…:587 (STARTTLS), smtps://…:465, or a provider with its
    options: anymail+postmark://?server_token=…. Raises ValueError for anything else.
    """
    if not email_url:
        backend = "coachops.mail.backends.FolderBackend"
        return {"default": {"BACKEND": backend, "OPTIONS": {"folder": folder}}}
    parts = urlsplit(email_url)
    if parts.scheme.startswith("anymail+"):
        provider = parts.scheme.removeprefix("anymail+")
        backend = f"anymail.backends.{provider}.EmailBackend"
        return {"default": {"BACKEND": backend, "OPTIONS": dict(parse_qsl(parts.query))}}
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"} or not parts.hostname:
        raise ValueError("EMAIL_URL must begin with smtp://, smtp+tls://, smtps:// or anymail+…://")
    options = {
        "host": parts.hostname,
        "port": parts.port,
        "username": unquote(parts.username or "") or None,
        "password": unquote(parts.password or "") or None,
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtps",
        "timeout": _TIMEOUT_SECONDS,
    }
    return {"default": {"BACKEND": _SMTP, "OPTIONS": options}}
