"""Mail speaks its reader's language, whatever the worker that renders it speaks."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import trans_real

from coachops.outbox.engine import drain
from coachops.practices.models import Practice, User
from coachops.practices.roles import Role
from coachops.practices.services.members import invite_member
from tests.cast import Cast

INVITED = "Sent because %(practice)s invited you to work with them in CoachOps."
SIGNED_IN = "Sent because this address was used to sign in to CoachOps."
TWO = [("en-gb", "English"), ("de", "Deutsch")]


@pytest.fixture(autouse=True)
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sentences of ours in German."""
    words = trans_real.translation("de")._catalog._catalogs[0]
    monkeypatch.setitem(words, INVITED, "Weil %(practice)s Sie eingeladen hat.")
    monkeypatch.setitem(words, SIGNED_IN, "Weil Sie sich angemeldet haben.")


def test_somebody_new_reads_in_the_language_of_the_practice(cast: Cast, acting: Callable) -> None:
    with acting(cast.alice):
        Practice.objects.filter(pk=cast.practice.pk).update(language="de")
        member = invite_member(
            email="new@north.example",
            name="Nora",
            roles=[Role.COACH],
            coaches=[],
            now=timezone.now(),
        )
    assert member.user.language == "de"
    drain()
    [sent] = mail.outbox
    assert "Weil Harbour Sie eingeladen hat." in sent.body
    assert '<html lang="de"' in sent.alternatives[0].content


def test_the_sign_in_code_comes_in_the_persons_language(cast: Cast) -> None:
    User.objects.filter(pk=cast.carol.user.pk).update(language="de")
    Browser().post("/accounts/login/code/", {"email": cast.carol.user.email})
    drain()
    assert "Weil Sie sich angemeldet haben." in mail.outbox[-1].body


def test_a_language_is_asked_for_once_there_are_two(
    cast: Cast, visit: Callable, acting: Callable, settings: object
) -> None:
    alice, page = visit(cast.alice), f"/coach/{cast.practice.slug}/settings/"
    assert 'name="language"' not in alice.get(reverse("profile")).content.decode()
    settings.LANGUAGES = TWO
    assert 'name="language"' in alice.get(reverse("profile")).content.decode()
    assert 'name="language"' in alice.get(page).content.decode()
    own = {"name": "Alice", "time_zone": "Europe/Berlin", "theme": "", "language": "de"}
    alice.post(reverse("profile"), own)
    alice.post(page, {"name": "Harbour", "time_zone": "UTC", "brand_hue": 205, "language": "de"})
    assert User.objects.get(pk=cast.alice.user.pk).language == "de"
    with acting(cast.alice):
        assert Practice.objects.get(pk=cast.practice.pk).language == "de"
