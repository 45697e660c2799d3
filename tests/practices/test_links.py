"""Links that act without signing in: what works, and the one answer for what does not."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from coachops.practices import purposes
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import SignedLink
from coachops.practices.services.links import create_link, revoke_links, use_link
from coachops.tenancy.models import uuid7
from tests.cast import Cast

GONE = "This link no longer works"


def greet(request: PracticeRequest, link: SignedLink) -> HttpResponse:
    if request.method == "POST" and not use_link(link=link, now=timezone.now()):
        return HttpResponse("too late")
    return HttpResponse(f"{request.practice.name} {request.method}")


@pytest.fixture
def purpose(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(purposes, "_views", {"test.greet": greet})
    return "test.greet"


@pytest.fixture
def path(cast: Cast, acting: Callable, purpose: str) -> str:
    with acting(cast.bob):
        url = create_link(
            purpose=purpose,
            subject_id=cast.carol_client.pk,
            now=timezone.now(),
            valid_for=timedelta(hours=1),
        )
    return url.removeprefix("http://localhost:8000")


def test_link_shows_on_get_and_acts_once_on_post(path: str) -> None:
    browser = Browser()
    for _ in range(2):
        answer = browser.get(path)
        assert answer.content == b"Harbour GET"
        assert answer.headers["Referrer-Policy"] == "same-origin"
    assert browser.post(path).content == b"Harbour POST"
    assert GONE in browser.post(path).content.decode()
    assert GONE in browser.get(path).content.decode()


def test_every_dead_link_gets_the_same_answer(cast: Cast, acting: Callable, path: str) -> None:
    practice, _, secret = path.removeprefix("/l/").removesuffix("/").partition(".")
    tampered = [
        f"/l/{practice}.{secret[:-1]}x/",
        f"/l/{cast.other_practice.pk}.{secret}/",
        f"/l/{uuid7()}.{secret}/",
        f"/l/{practice}/",
        "/l/nonsense/",
    ]
    answers = [Browser().get(address) for address in tampered]
    with acting(cast.bob):
        revoke_links(subject_id=cast.carol_client.pk, now=timezone.now())
    answers.append(Browser().get(path))
    with acting(cast.bob):
        SignedLink.objects.update(revoked_at=None, expires_at=timezone.now())
    answers.append(Browser().get(path))
    assert {answer.status_code for answer in answers} == {404}
    assert all(GONE in answer.content.decode() for answer in answers)
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"same-origin"}


def test_link_of_an_unknown_purpose_is_dead(cast: Cast, acting: Callable) -> None:
    with acting(cast.bob):
        url = create_link(
            purpose="nothing.known",
            subject_id=cast.carol_client.pk,
            now=timezone.now(),
            valid_for=timedelta(hours=1),
        )
    assert Browser().get(url.removeprefix("http://localhost:8000")).status_code == 404
