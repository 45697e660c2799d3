"""The code that goes with a signing link: six digits in one mail, here only their hash."""

from typing import Final

from clients.models import AgreementSigner
from coachops.practices.services.links import hash_secret

DIGITS: Final = 6


def code_hash(signer: AgreementSigner, code: str) -> bytes:
    return hash_secret(f"{signer.pk}:{code}")
