"""A report from being due to being issued, and everything that may happen on the way."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from clients.models import CoachAssignment, Engagement, SponsorContact
from coachops.audit.models import AuditEvent
from coachops.outbox.engine import drain
from coachops.outbox.models import Message
from coachops.practices.models import Membership
from coachops.tenancy.scope import scope, system_scope
from tests.cast import Cast, practice_day
from tests.reports_world import NARRATIVE, STATEMENT, WORDING, World, build_world
from tracking.models import ProgressReport
from tracking.periodic import look_after_reports
from tracking.policies.reports import Refusal, ReportRefused
from tracking.policies.texts import Conflict
from tracking.queries.reports_facts import snapshot_hash
from tracking.services import reports
from tracking.services.reports_review import ask_for_changes, release_report
from tracking.services.sponsor_wordings import hide_from_sponsor

State = ProgressReport.State


@pytest.fixture
def world(cast: Cast) -> World:
    return build_world(cast)


def all_reports(world: World) -> list[ProgressReport]:
    with scope(world.cast.bob.scope()):
        return list(ProgressReport.objects.filter(engagement=world.engagement))


def opened_at(world: World, now) -> int:
    with scope(system_scope(world.cast.practice.pk)), transaction.atomic():
        return reports.open_due_reports(now=now)


def test_reports_become_due_two_weeks_ahead_and_once(world):
    too_early = world.now - timedelta(days=6)
    assert opened_at(world, too_early) == 0
    assert opened_at(world, world.now) == 1
    assert opened_at(world, world.now) == 0
    (report,) = all_reports(world)
    assert (report.state, report.number, report.is_final) == (State.DUE, 1, False)
    assert (report.period_ends_on - report.period_starts_on).days == 59


def test_the_round_goes_through_every_practice(world):
    assert look_after_reports() == 1
    assert look_after_reports() == 0


def test_nothing_is_due_while_the_engagement_is_closed_or_paid_by_the_client(world):
    world.set_level(None)
    assert opened_at(world, world.now + timedelta(days=400)) == 0


def test_a_completed_engagement_gets_one_last_report(world):
    first = world.issued()
    with scope(world.cast.bob.scope()):
        Engagement.objects.filter(pk=world.engagement.pk).update(state="completed")
    later = world.now + timedelta(days=3)
    assert opened_at(world, later) == 1
    last = max(all_reports(world), key=lambda report: report.number)
    assert (last.is_final, last.period_starts_on) == (
        True,
        first.period_ends_on + timedelta(days=1),
    )
    assert opened_at(world, later + timedelta(days=90)) == 0


def test_an_assistant_starts_a_draft_of_facts_once(world):
    vera = world.cast.vera
    with scope(vera.scope()):
        report = reports.start_report(
            engagement=world.engagement, by=vera.membership, now=world.now
        )
        again = reports.start_report(engagement=world.engagement, by=vera.membership, now=world.now)
    assert report.pk == again.pk
    assert report.state == State.DRAFTED
    assert report.facts["sessions"] == {"allotted": 8, "used": 3, "left": 5}


def test_an_assistant_neither_writes_nor_checks_nor_issues(world):
    report = world.started()
    vera = world.cast.vera
    with scope(vera.scope()):
        for step in (reports.check_report,):
            with pytest.raises(ReportRefused) as refused:
                step(report=report, by=vera.membership, now=world.now)
            assert refused.value.reason == Refusal.NOT_THE_COACH


@pytest.mark.parametrize(("level", "reason"), [(None, Refusal.CLOSED)], ids=["closed"])
def test_no_report_of_a_closed_engagement(world, level, reason):
    world.set_level(level)
    with pytest.raises(ReportRefused) as refused:
        world.started()
    assert refused.value.reason == reason


def test_a_self_paying_client_has_no_report(world):
    dave, bob = world.cast.dave_engagement, world.cast.bob
    with scope(bob.scope()), pytest.raises(ReportRefused) as refused:
        reports.start_report(engagement=dave, by=bob.membership, now=world.now)
    assert refused.value.reason == Refusal.SELF_PAYING


def test_two_tabs_do_not_overwrite_each_other(world):
    report = world.started()
    bob = world.cast.bob
    with scope(bob.scope()):
        reports.save_narrative(
            report=report, text="one", version=1, by=bob.membership, now=world.now
        )
        with pytest.raises(Conflict) as conflict:
            reports.save_narrative(
                report=report, text="two", version=1, by=bob.membership, now=world.now
            )
    assert (conflict.value.stored, conflict.value.version) == ("one", 2)


def test_what_the_client_releases_is_what_is_issued(world):
    released = world.released()
    issued = world.issue(released)
    assert issued.facts["goals"][0]["wording"] == WORDING
    assert issued.facts["narrative"] == NARRATIVE
    assert issued.facts["statement"] == STATEMENT
    assert issued.snapshot_hash == snapshot_hash(world.reload(issued).facts)
    same = {*released.facts, "issued_on", "language"}
    assert set(issued.facts) == same


def test_struck_parts_are_gone(world):
    world.share_attendance()
    facts = world.issued(struck=["goals", "narrative", "attendance"]).facts
    assert facts.keys().isdisjoint({"goals", "narrative", "attendance"})
    assert facts["statement"] == STATEMENT


def test_only_the_client_decides(world):
    report = world.in_review()
    for person in (world.cast.bob, world.cast.dave):
        with scope(person.scope()), pytest.raises(ReportRefused) as refused:
            release_report(
                report=report,
                struck=[],
                statement="",
                shown=world.shown(report),
                by=person.membership,
                now=world.now,
            )
        assert refused.value.reason == Refusal.NOT_THE_CLIENT


def test_changes_go_back_to_the_coach_and_never_into_the_report(world):
    report = world.in_review()
    with scope(world.cast.carol.scope()):
        ask_for_changes(
            report=report, text="zebra-request", by=world.cast.carol.membership, now=world.now
        )
    report = world.reload(report)
    assert (report.state, report.requested_changes) == (State.DRAFTED, "zebra-request")
    assert "zebra" not in str(report.facts)


def test_silence_releases_the_facts_for_invoicing_only(world):
    world.share_attendance()
    report = world.in_review()
    with scope(system_scope(world.cast.practice.pk)), transaction.atomic():
        assert reports.pass_silent_reviews(now=world.now + timedelta(days=9)) == 0
        assert reports.pass_silent_reviews(now=world.now + timedelta(days=10)) == 1
    report = world.issue(world.reload(report))
    assert report.approved_by_silence
    hidden = {"goals", "narrative", "statement", "attendance", "approved_on"}
    assert report.facts.keys().isdisjoint(hidden)
    assert report.facts["sessions"]["used"] == 3


@pytest.mark.parametrize(
    ("level", "kept"),
    [
        (3, {"goals", "narrative", "statement"}),
        (2, {"goals", "narrative", "statement"}),
        (1, {"goals"}),
        (0, set()),
    ],
)
def test_a_level_lowered_after_the_release_counts(world, level, kept):
    report = world.released()
    world.set_level(level)
    facts = world.issue(report).facts
    assert {"goals", "narrative", "statement"} & facts.keys() == kept
    if level == 1:
        goal = facts["goals"][0]
        assert (goal["wording"], goal["progress"]) == ("", 60)


def test_neither_ratings_nor_their_days_are_frozen(world):
    assert world.issued().facts["goals"] == [
        {
            "id": str(world.goal.pk),
            "number": 1,
            "is_reached": False,
            "progress": 60,
            "wording": WORDING,
        }
    ]


def test_a_level_lowered_and_raised_again_brings_nothing_back(world):
    report = world.in_review()
    world.set_level(0)
    with scope(world.cast.carol.scope()):
        release_report(
            report=report,
            struck=[],
            statement="",
            shown=world.shown(report),
            by=world.cast.carol.membership,
            now=world.now,
        )
    world.set_level(3)
    facts = world.issue(world.reload(report)).facts
    assert facts.keys().isdisjoint({"goals", "narrative", "statement"})


def test_a_closed_engagement_is_not_issued(world):
    report = world.released()
    world.set_level(None)
    with pytest.raises(ReportRefused) as refused:
        world.issue(report)
    assert refused.value.reason == Refusal.CLOSED


def test_a_goal_hidden_after_the_release_stays_hidden(world):
    report = world.released()
    carol = world.cast.carol
    with scope(carol.scope()):
        hide_from_sponsor(goal=world.goal, by=carol.membership, now=world.now)
    assert world.issue(report).facts["goals"] == []


def test_an_issued_report_refuses_every_step(world):
    report = world.issued()
    bob, carol = world.cast.bob, world.cast.carol
    steps = (reports.draft_report, reports.refresh_facts, reports.check_report)
    with scope(bob.scope()):
        for step in (*steps, reports.reopen_report, reports.send_for_review):
            with pytest.raises(ReportRefused) as refused:
                step(report=report, by=bob.membership, now=world.now)
            assert refused.value.reason == Refusal.ISSUED
        with pytest.raises(ReportRefused):
            reports.save_narrative(
                report=report, text="later", version=9, by=bob.membership, now=world.now
            )
    with scope(carol.scope()), pytest.raises(ReportRefused):
        ask_for_changes(report=report, text="too late", by=carol.membership, now=world.now)


def test_the_database_neither_changes_nor_deletes_an_issued_report(world):
    report = world.issued()
    with scope(world.cast.bob.scope()), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tracking_progressreport SET facts = '{}', state = 'drafted' WHERE id = %s",
            [report.pk],
        )
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM tracking_progressreport WHERE id = %s", [report.pk])
        assert cursor.rowcount == 0
    report.narrative = "later"
    with scope(world.cast.bob.scope()), pytest.raises(DatabaseError), transaction.atomic():
        report.save(update_fields=["narrative"])
    assert world.reload(report).facts["narrative"] == NARRATIVE


def test_the_mails_say_that_something_waits_and_nothing_else(world):
    world.issued()
    drain()
    drain()
    letters = {message.to[0]: message for message in mail.outbox}
    assert {world.cast.sam.user.email, world.cast.stella.user.email} <= set(letters)
    assert world.cast.carol.user.email in letters
    everything = "".join(
        message.subject + message.body + str(message.alternatives) for message in mail.outbox
    )
    assert not [word for word in (WORDING, NARRATIVE, STATEMENT, "zebra") if word in everything]
    assert not any(message.attachments for message in mail.outbox)
    to_sam = letters[world.cast.sam.user.email]
    assert "Carol" not in to_sam.subject + to_sam.body
    assert "/sponsor/harbour/reports/" in to_sam.body


def test_the_trail_holds_that_the_narrative_was_begun(world):
    report, bob = world.started(), world.cast.bob
    with scope(bob.scope()):
        for version, text in ((1, "one"), (2, "two")):
            reports.save_narrative(
                report=report, text=text, version=version, by=bob.membership, now=world.now
            )
        assert AuditEvent.objects.filter(event="report.narrative_begun").count() == 1


def test_notices_go_to_whoever_coaches_the_client_today(world):
    report, today = world.in_review(), practice_day()
    olga = world.cast.olga
    with scope(world.cast.bob.scope()):
        CoachAssignment.objects.filter(client=report.client_id).update(
            ended_on=today - timedelta(days=1)
        )
        CoachAssignment.objects.create(
            client_id=report.client_id, coach=olga.membership, started_on=today
        )
    with scope(world.cast.carol.scope()):
        ask_for_changes(
            report=report, text="shorter", by=world.cast.carol.membership, now=world.now
        )
    drain()
    assert [letter.to for letter in mail.outbox] == [[olga.user.email]]


def test_a_coach_whose_membership_ended_gets_no_mail(world):
    report = world.in_review()
    with scope(world.cast.carol.scope()):
        ask_for_changes(
            report=report, text="shorter", by=world.cast.carol.membership, now=world.now
        )
    with scope(world.cast.alice.scope()):
        Membership.objects.filter(pk=world.cast.bob.membership.pk).update(ended_at=world.now)
    drain()
    assert mail.outbox == []


def test_review_mails_are_withdrawn_when_the_client_answers_first(world):
    report = world.in_review()
    with scope(world.cast.carol.scope()):
        ask_for_changes(
            report=report, text="shorter", by=world.cast.carol.membership, now=world.now
        )
    with scope(world.cast.bob.scope()):
        waiting = Message.objects.filter(subject_id=report.pk, state="pending")
        assert {row.payload["what"] for row in waiting} == {"changes"}


def test_an_answer_to_a_report_mail_never_goes_to_a_coach_who_left(world):
    report = world.in_review()
    with scope(world.cast.alice.scope()):
        Membership.objects.filter(pk=world.cast.bob.membership.pk).update(ended_at=world.now)
    drain()
    assert [letter.reply_to for letter in mail.outbox] == [[world.cast.alice.user.email]]
    assert report.state == State.IN_REVIEW


def test_nothing_is_issued_to_somebody_who_works_in_the_practice(world, visit):
    report = world.released()
    with scope(world.cast.alice.scope()):
        SponsorContact.objects.filter(membership=world.cast.stella.membership).update(
            membership=None, email=world.cast.olga.user.email
        )
    answer = visit(world.cast.bob).post(
        reverse("coach:report_issue", args=["harbour", report.pk]), follow=True
    )
    assert "Nothing was issued: Stella Harbour would get this report" in answer.content.decode()
    assert world.reload(report).state == State.APPROVED
    with scope(world.cast.alice.scope()):
        SponsorContact.objects.filter(email=world.cast.olga.user.email).update(
            email="stella@acme.example"
        )
    assert world.issue(report).state == State.ISSUED
