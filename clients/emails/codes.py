"""The code that a mail brings: made while it is written, so that nobody else knows it."""

import secrets

from clients.models import AgreementSigner, HandoverLink
from clients.queries.signing_codes import DIGITS, code_hash


def fresh_code(row: AgreementSigner | HandoverLink) -> str:
    """Its hash stands in the row, instead of the one before."""
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    row.code_hash, row.code_tries = code_hash(row, code), 0
    row.save(update_fields=["code_hash", "code_tries"])
    return code
