"""Delivery reports of mail servers (RFC 3464), read by whoever reads our mailbox."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message
from typing import Any, Final

from coachops.correspondence.policies import BounceReason, reason_of_status
from coachops.correspondence.services.bounces import Bounce, take_bounce
from coachops.mail.headers import REFERENCE_HEADER

_MARK: Final = b"message/delivery-status"
_MOST_PARTS: Final = 20
_LONGEST_HEADERS: Final = 20_000


def take_report(source: bytes | Message, *, now: datetime) -> bool:
    """Whether the mail was a report about a mail of ours. What it quotes of it is not kept.

    Anybody may write to our mailbox, so a mail that cannot be read is simply no report.
    """
    try:
        bounce = _read(source)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return False
    if bounce is None:
        return False
    take_bounce(bounce, now=now)
    return True


def _read(source: bytes | Message) -> Bounce | None:
    """What the report says. Raises what the standard library raises for broken mail."""
    if isinstance(source, bytes):
        if _MARK not in source.lower():  # most mail is none: it is not taken apart again
            return None
        source = message_from_bytes(source, policy=policy.compat32)
    if source.get_content_type() != "multipart/report":
        return None
    parts: Any = source.get_payload()
    if not isinstance(parts, list):
        return None
    reference, failed = _reference(parts[:_MOST_PARTS]), _failed(parts[:_MOST_PARTS])
    if not reference or failed is None:
        return None
    address, reason = failed
    return Bounce(reference=reference, address=address, reason=reason)


def _failed(parts: list[Any]) -> tuple[str, BounceReason] | None:
    """The first recipient whom the mail did not reach."""
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks[:_MOST_PARTS] if isinstance(blocks, list) else []:
            if str(block.get("Action", "")).strip().lower() != "failed":
                continue
            recipient = block.get("Original-Recipient") or block.get("Final-Recipient") or ""
            reason = reason_of_status(str(block.get("Status", "")))
            if reason is not None:
                return str(recipient).rpartition(";")[2].strip(" <>"), reason
    return None


def _reference(parts: list[Any]) -> str:
    """The reference in the headers of our mail, which the report gives back."""
    for part in parts:
        kind = part.get_content_type()
        inner = part.get_payload()
        if kind == "message/rfc822" and isinstance(inner, list) and inner:
            return str(inner[0].get(REFERENCE_HEADER, "")).strip()
        if kind in {"text/rfc822-headers", "message/rfc822-headers"}:
            text = part.get_payload(decode=True)
            if isinstance(text, bytes):
                headers = message_from_bytes(text[:_LONGEST_HEADERS])
                return str(headers.get(REFERENCE_HEADER, "")).strip()
    return ""
