"""What readers chose decides at delivery: at once, in the morning, together, or not at all."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coachops.correspondence.models import AddressBounce, DigestLine
from coachops.correspondence.periodic import settle_everywhere
from coachops.correspondence.policies import next_digest
from coachops.outbox import engine
from coachops.outbox.models import Message
from coachops.tenancy.scope import scope
from tests.correspondence.conftest import NOW, Post
from tests.scheduling.conftest import TUESDAY_TEN, Desk

BERLIN_EVENING = datetime(2026, 11, 16, 20, 30, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 11, 17, 6, 30, tzinfo=UTC)
"""7:30 in Berlin."""


def test_each_mail_stands_once_in_the_log_with_its_subject_and_how_far_it_came(
    post: Post, desk: Desk
) -> None:
    desk.book()
    sent = next(each for each in post.deliver() if each.to == ["carol@harbour.example"])
    (entry,) = post.log(client=post.cast.carol_client)
    assert (entry.subject, entry.state, entry.settled_at) == (sent.subject, "sent", NOW)
    assert post.deliver(NOW + timedelta(minutes=5)) == []
    assert len(post.log(client=post.cast.carol_client)) == 1


def test_a_mail_that_is_tried_again_is_one_line_and_says_that_it_may_have_arrived(
    post: Post, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.book()

    def broken(*_args: object, **_kwargs: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr("coachops.mail.transport.send", broken)
        post.deliver()
    (entry,) = post.log(client=post.cast.carol_client)
    assert (entry.state, entry.may_have_been_sent) == ("waiting", True)
    post.deliver(NOW + timedelta(hours=1))
    (entry,) = post.log(client=post.cast.carol_client)
    assert (entry.state, entry.may_have_been_sent) == ("sent", False)


def test_what_a_lost_worker_left_open_is_settled_by_the_next(
    post: Post, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.book()
    with monkeypatch.context() as patched:
        patched.setattr(engine, "finish_drain", lambda: None)
        post.deliver()
    assert {entry.state for entry in post.log()} == {"sending"}

    assert settle_everywhere() >= 1
    assert {entry.state for entry in post.log()} == {"sent"}


def test_a_digest_is_one_mail_with_a_line_for_each_and_none_when_empty(post: Post) -> None:
    post.choose(post.cast.bob, digest="daily")
    post.coach_news(number=1)
    post.coach_news(number=2)
    assert post.deliver() == []
    assert [entry.state for entry in post.log()] == ["digest", "digest"]
    assert post.deliver(NEXT_MORNING - timedelta(minutes=1)) == []
    (digest,) = post.deliver(NEXT_MORNING)
    assert digest.to == ["bob@harbour.example"]
    assert "2 pieces of news" in digest.subject
    assert digest.body.count("\n- ") == 2
    assert "/coach/harbour/clients/" in digest.body
    assert post.deliver(NEXT_MORNING + timedelta(days=1)) == []


def test_a_digest_that_broke_says_the_same_again_and_takes_nothing_new(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.choose(post.cast.bob, digest="daily")
    post.coach_news(number=1)
    post.deliver()

    def broken(*_args: object, **_kwargs: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr("coachops.mail.transport.send", broken)
        post.deliver(NEXT_MORNING)
    post.coach_news(now=NEXT_MORNING + timedelta(minutes=10), number=2)
    (digest,) = post.deliver(NEXT_MORNING + timedelta(hours=1))
    assert digest.body.count("\n- ") == 1
    (second,) = post.deliver(NEXT_MORNING + timedelta(days=1))
    assert second.body.count("\n- ") == 1


def test_whoever_has_left_gets_no_digest(post: Post) -> None:
    post.choose(post.cast.bob, digest="daily")
    post.coach_news()
    post.deliver()
    with scope(post.cast.alice.scope()):
        type(post.cast.bob.membership).objects.filter(pk=post.cast.bob.membership.pk).update(
            ended_at=NOW
        )
        assert DigestLine.objects.count() == 1
    assert post.deliver(NEXT_MORNING) == []


@pytest.mark.parametrize(
    ("now", "digest", "at"),
    [
        # The clocks go forward in Berlin in the night before: half past seven is an hour earlier.
        ("2027-03-27T20:00", "daily", "2027-03-28T05:30"),
        ("2027-03-26T20:00", "daily", "2027-03-27T06:30"),
        # And back: Sunday 25 October 2026.
        ("2026-10-24T20:00", "daily", "2026-10-25T06:30"),
        ("2026-10-23T20:00", "daily", "2026-10-24T05:30"),
        ("2026-11-16T06:29", "weekly", "2026-11-16T06:30"),
        ("2026-11-16T06:30", "weekly", "2026-11-23T06:30"),
    ],
)
def test_a_morning_is_half_past_seven_on_the_reader_s_clock(now: str, digest: str, at: str) -> None:

    found = next_digest(
        datetime.fromisoformat(now).replace(tzinfo=UTC), ZoneInfo("Europe/Berlin"), digest
    )
    assert found == datetime.fromisoformat(at).replace(tzinfo=UTC)


def test_news_waits_for_the_end_of_one_s_quiet_hours(post: Post) -> None:
    post.choose(post.cast.bob, quiet="own", quiet_from=time(20), quiet_until=time(7))
    post.coach_news(now=BERLIN_EVENING)
    assert post.deliver(BERLIN_EVENING) == []
    (entry,) = post.log()
    assert (entry.state, entry.due_at) == ("waiting", datetime(2026, 11, 17, 6, tzinfo=UTC))
    with scope(post.cast.alice.scope()):
        assert Message.objects.get(pk=entry.message_id).attempts == 0
    assert len(post.deliver(datetime(2026, 11, 17, 6, tzinfo=UTC))) == 1


def test_confirmations_never_wait_and_cannot_be_switched_off(post: Post, desk: Desk) -> None:
    post.choose(
        post.cast.carol, off=["news", "nudges"], reminders="none",
        quiet="own", quiet_from=time(0), quiet_until=time(23, 59),
    )  # fmt: skip
    desk.book()
    confirmation = next(each for each in post.deliver() if "carol" in each.to[0])
    assert "List-Unsubscribe" not in confirmation.extra_headers
    assert "/mail/choices/" in confirmation.body


def test_a_reminder_that_would_be_too_late_in_the_morning_comes_at_night(
    post: Post, desk: Desk
) -> None:
    post.choose(post.cast.carol, quiet="own", quiet_from=time(0), quiet_until=time(23, 59))
    desk.book()
    post.deliver()
    day_before = post.deliver(TUESDAY_TEN - timedelta(days=1))
    assert [each for each in day_before if "carol" in each.to[0]] == []
    last = post.deliver(TUESDAY_TEN - timedelta(hours=2))
    assert [each for each in last if "carol" in each.to[0]]


def test_only_the_last_reminder_comes_to_whoever_wants_one(post: Post, desk: Desk) -> None:
    with scope(post.cast.bob.scope()):
        desk.coaching.reminders = [1440, 120]
        desk.coaching.save()
    post.choose(post.cast.carol, reminders="last")
    desk.book()
    post.deliver()
    hers = lambda mails: [each for each in mails if "carol" in each.to[0]]  # noqa: E731
    assert hers(post.deliver(TUESDAY_TEN - timedelta(days=1))) == []
    assert len(hers(post.deliver(TUESDAY_TEN - timedelta(hours=2)))) == 1
    assert [each.state for each in post.log(kind="scheduling.reminder")] == ["off", "sent"]


def test_no_reminder_goes_to_an_address_that_sends_mail_back(post: Post, desk: Desk) -> None:
    desk.book()
    post.deliver()
    with scope(post.cast.alice.scope()):
        AddressBounce.objects.create(
            address="carol@harbour.example", reason="invalid", bounced_at=NOW
        )
    mails = post.deliver(TUESDAY_TEN - timedelta(days=1))
    assert [each for each in mails if "carol" in each.to[0]] == []
    assert [each.state for each in post.log(kind="scheduling.reminder")] == ["held"]


def test_asking_for_mail_costs_a_booking_nothing(post: Post, desk: Desk) -> None:
    """Nothing is decided when a row is written: only the delivery looks at choices."""

    with CaptureQueriesContext(connection) as asked:
        desk.book()
    assert not [each for each in asked.captured_queries if "correspondence_" in each["sql"]]
    assert mail.outbox == []
