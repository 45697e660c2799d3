"""Headers that machines read: addresses and references, on one line however long they are."""

from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage as StandardMessage
from email.policy import EmailPolicy
from email.policy import default as default_policy
from typing import Any, Final

from django.core.mail import EmailMultiAlternatives

REFERENCE_HEADER: Final = "X-Mail-Reference"
UNSUBSCRIBE_HEADER: Final = "List-Unsubscribe"


class _WholeHeader(UnstructuredHeader):
    """Never folded: what is longer than a line would be written as encoded words (RFC 2047), which
    mail programs do not read in an address."""

    def fold(self: Any, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_REGISTRY: Final = HeaderRegistry()
for _name in (REFERENCE_HEADER, UNSUBSCRIBE_HEADER):
    _REGISTRY.map_to_type(_name.lower(), _WholeHeader)  # type: ignore[arg-type]


class MailMessage(EmailMultiAlternatives):
    """Django's message with those headers whole."""

    def message(self, *, policy: Any = default_policy) -> StandardMessage:
        """As Django makes it. `policy` is one of the standard library's."""
        made: StandardMessage = super().message(policy=policy.clone(header_factory=_REGISTRY))
        return made
