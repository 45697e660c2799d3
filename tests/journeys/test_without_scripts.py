"""What matters works with JavaScript switched off."""

import re
from collections.abc import Callable

from django.core import mail
from django.db import transaction
from django.utils import timezone

from clients.models import SponsorContact
from clients.services.disclosure import propose
from coachops.tenancy.scope import scope
from tests.cast import Cast
from tests.journeys.scene import build_scene
from tests.journeys.stage import PHONE, Stage

LINK = re.compile(r"https?://\S+?/l/\S+")
type Newest = Callable[[str], mail.EmailMultiAlternatives]


def test_stranger_books(stage: Stage, committed_cast: Cast) -> None:
    scene = build_scene(committed_cast)
    stranger = stage.enter(size=PHONE, has_scripts=False)
    stranger.open(f"/book/harbour/{scene.chemistry.slug}/")
    stranger.press("Next free time")
    stranger.type("Your name", "Theo Ash")
    stranger.press("Book it")
    stranger.sees("Your e-mail address")
    stranger.type("Your e-mail address", "theo@ash.example")
    stranger.press("Book it")
    stranger.reads("You are booked")


def test_sponsor_signs_from_the_mail(
    stage: Stage, committed_cast: Cast, newest_mail: Newest
) -> None:
    scene = build_scene(committed_cast)
    with transaction.atomic(), scope(committed_cast.bob.scope()):
        contact = SponsorContact.objects.get(membership=committed_cast.sam.membership)
        propose(engagement=scene.engagement, level=1, contact=contact, now=timezone.now())
    sam = stage.enter(has_scripts=False)
    sam.open(LINK.search(newest_mail(committed_cast.sam.user.email).body).group(0))
    sam.page.get_by_label("I have read this and agree").check()
    sam.type("Your full name", "Sam Harbour")
    sam.press("Sign")
    sam.sees("signed")


def test_coach_writes_a_note(stage: Stage, committed_cast: Cast) -> None:
    scene = build_scene(committed_cast)
    bob = stage.enter(committed_cast.bob, has_scripts=False)
    bob.open(f"/coach/harbour/sessions/{scene.session.pk}/")
    bob.page.get_by_label("Private notes").fill("Kept without a script.")
    bob.press("Save")
    assert bob.page.get_by_label("Private notes").input_value() == "Kept without a script."
