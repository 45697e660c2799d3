"""Opening a practice, its logo, and the guided start."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone
from PIL import Image

from coachops.audit.models import AuditEvent
from coachops.practices.models import Membership, Practice, User
from coachops.practices.roles import Role
from coachops.practices.services.practices import open_practice
from coachops.tenancy.scope import Scope, scope
from scheduling.models import Offering, Schedule, ScheduleRule
from tests.cast import Cast
from tests.practices.pictures import picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
VALUES = {
    "name": "Kestrel & Söhne",
    "i_coach": "on",
    "time_zone": "Europe/Berlin",
    "brand_hue": "155",
}


@pytest.fixture
def nina(db: None) -> Browser:
    browser = Browser()
    browser.force_login(User.objects.create_user("nina@north.example", name="Nina"))
    return browser


def test_practice_is_opened_with_its_owner_and_leads_to_the_first_steps(nina: Browser) -> None:
    answer = nina.post("/start/", VALUES, follow=True)
    assert answer.redirect_chain == [("/coach/kestrel-sohne/start/", 302)]
    assert "0 of 3 done" in answer.content.decode()
    user = User.objects.get(email="nina@north.example")
    with scope(Scope(user_id=user.pk)):
        membership = Membership.objects.select_related("practice").get(user=user)
    practice = membership.practice
    assert (membership.roles, practice.brand_hue) == (["coach", "owner"], 155)
    with scope(Scope(user_id=user.pk, practice_id=practice.pk)):
        assert AuditEvent.objects.get(event="practice.opened").actor_user_id == user.pk


def test_two_practices_of_one_name_have_two_addresses(cast: Cast) -> None:
    made = [
        open_practice(
            owner=cast.bob.user,
            name=name,
            time_zone="UTC",
            roles=[Role.OWNER],
            now=timezone.now(),
        )
        for name in ("Harbour", "harbour!", "練習")
    ]
    assert [practice.slug for practice in made] == ["harbour-2", "harbour-3", "practice"]


def test_nameless_practice_is_refused_and_what_was_typed_stays(nina: Browser) -> None:
    page = nina.post("/start/", {**VALUES, "name": " "})
    assert page.status_code == 422
    assert 'value="155" class' in page.content.decode() or "checked" in page.content.decode()
    with scope(Scope(practice_slug="kestrel-sohne")):
        assert not Practice.objects.filter(slug="kestrel-sohne").exists()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_logo_is_made_anew_and_served_alone(nina: Browser, kind: str) -> None:
    upload = picture(kind) + b"<script>alert(1)</script>"
    logo = SimpleUploadedFile("logo.html", upload, content_type="text/html")
    nina.post("/start/", {**VALUES, "logo": logo})
    answer = Browser().get("/practices/kestrel-sohne/logo")
    assert answer.headers["Content-Type"] == ("image/jpeg" if kind == "JPEG" else "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age" in answer.headers["Cache-Control"]
    assert b"script" not in answer.content
    assert Image.open(io.BytesIO(answer.content)).size == (40, 30)


@pytest.mark.parametrize(
    ("upload", "reason"),
    [
        (b"<html><script>alert(1)</script></html>", "not a PNG"),
        (SVG, "not a PNG"),
        (picture("GIF"), "not a PNG"),
        (picture("PNG")[:16] + b"nonsense", "not a PNG"),
        (picture("PNG", (2001, 10)), "more than 2000 pixels"),
        (picture("PNG") + b"\0" * 1_000_000, "larger than 1 MB"),
    ],
    ids=["html", "svg", "gif", "broken", "wide", "large"],
)
def test_what_is_no_logo_is_refused(nina: Browser, upload: bytes, reason: str) -> None:
    logo = SimpleUploadedFile("logo.png", upload, content_type="image/png")
    page = nina.post("/start/", {**VALUES, "logo": logo})
    assert page.status_code == 422
    assert reason in page.content.decode()
    assert Browser().get("/practices/kestrel-sohne/logo").status_code == 404


def test_guided_start_follows_what_is_there(cast: Cast, visit: Callable, acting: Callable) -> None:
    bob = visit(cast.bob)
    with acting(cast.bob):
        schedule = Schedule.objects.create(coach=cast.bob.membership, time_zone="Europe/Berlin")
        ScheduleRule.objects.create(schedule=schedule, weekday=0, start_minute=540, end_minute=900)
    assert "1 of 3 done" in bob.get("/coach/harbour/start/").content.decode()
    with acting(cast.bob):
        Offering.objects.create(
            coach=cast.bob.membership,
            schedule=schedule,
            name="First talk",
            slug="first-talk",
            kind="chemistry",
            bookers="anybody",
        )
    page = bob.get("/coach/harbour/start/").content.decode()
    assert "2 of 3 done" in page
    assert "http://localhost:8000/book/harbour/first-talk/" in page


def test_owner_finishes_the_guided_start(cast: Cast, visit: Callable, acting: Callable) -> None:
    assert visit(cast.bob).post("/coach/harbour/start/finish/").status_code == 404
    visit(cast.alice).post("/coach/harbour/start/finish/")
    with acting(cast.alice):
        assert Practice.objects.get(pk=cast.practice.pk).guided_start_finished_at is not None
