"""A client hears that a summary is there, once, and not a word of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from clients.models import CoachAssignment
from coachops.outbox.engine import drain
from coachops.practices.services.members import end_membership
from scheduling.models import Session
from tests.cast import Cast, Person, practice_day
from tracking.services.summaries import save_summary, share_summary

type Acting = Callable[[Person], AbstractContextManager[object]]


def share(session: Session, coach: Person, *, hours: int = 0) -> None:
    now = timezone.now() + timedelta(hours=hours)
    share_summary(session=session, text="zebra words", version=0, by=coach.membership, now=now)


@pytest.fixture
def two_coaches(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob):
        CoachAssignment.objects.create(
            client=cast.carol_client, coach=cast.olga.membership, started_on=practice_day()
        )


def letters() -> list[mail.EmailMultiAlternatives]:
    drain(now=timezone.now() + timedelta(days=3))
    return mail.outbox


def test_sharing_tells_the_client_without_a_word_of_it(
    cast: Cast, acting: Acting, carols_session: Session
) -> None:
    with acting(cast.bob):
        share(carols_session, cast.bob)
        save_summary(
            session=carols_session,
            text="zebra corrected",
            version=1,
            by=cast.bob.membership,
            now=timezone.now(),
        )
    [letter] = letters()
    assert (letter.to, letter.reply_to) == ([cast.carol.user.email], [cast.bob.user.email])
    assert "/portal/harbour/summaries/" in letter.body
    assert "zebra" not in str(letter.message())


@pytest.mark.parametrize(("hours", "mails"), [(23, 1), (25, 2)])
def test_two_coaches_of_one_session_cause_one_mail_a_day(
    cast: Cast,
    acting: Acting,
    carols_session: Session,
    two_coaches: None,
    hours: int,
    mails: int,
) -> None:
    with acting(cast.bob):
        share(carols_session, cast.bob)
    with acting(cast.olga):
        share(carols_session, cast.olga, hours=hours)
    assert len(letters()) == mails


def test_somebody_without_a_portal_gets_no_link(
    cast: Cast, acting: Acting, carols_session: Session
) -> None:
    with acting(cast.bob):
        share(carols_session, cast.bob)
        end_membership(membership=cast.carol.membership, now=timezone.now())
    assert letters() == []
