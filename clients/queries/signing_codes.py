"""The code that goes with a signed link: six digits in one mail, here only their hash."""

from typing import Final

from clients.models import AgreementSigner, HandoverLink
from coachops.practices.services.links import hash_secret

DIGITS: Final = 6


def code_hash(row: AgreementSigner | HandoverLink, code: str) -> bytes:
    return hash_secret(f"{row.pk}:{code}")
