"""How signing in (django-allauth) meets this product."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from coachops.encryption.seal import seal_with_master, unseal_with_master

_SECOND_FACTOR = "second factor"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] -- allauth has no types
    """Mail leaves through the outbox, so that signing in needs no mail server."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] -- allauth has no types
    """Secrets of second factors are sealed in the database."""

    def encrypt(self, text: str) -> str:
        return seal_with_master(text, bound_to=_SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal_with_master(encrypted_text, bound_to=_SECOND_FACTOR)
