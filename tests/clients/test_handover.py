"""Another coach comes: what was before stays closed, at the wall, until the client passes it on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client, CoachAssignment, ContentRead, HandedOn, Handover, HandoverBrief
from clients.services.assignments import assign_coach, end_assignment
from clients.services.handover import (
    BriefIsShared,
    pass_on,
    save_brief,
    share_brief,
    take_back_brief,
)
from coachops.outbox.engine import drain
from coachops.practices.roles import Role
from coachops.practices.services.members import end_membership
from coachops.questionnaires.models import (
    AnswerComment,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    ResponseAnswer,
)
from coachops.tenancy.scope import Scope, confidential, scope, system_scope, transferring
from scheduling.models import AgreedPoint, BookingAnswer, Session
from scheduling.services.answers import GivenAnswer, keep_answers
from tests.cast import Cast, Person, practice_day
from tests.tracking.factories import make_session
from tracking.models import (
    ActionItem,
    FileSummary,
    Goal,
    GoalRating,
    GoalWording,
    PrivateNote,
    Reflection,
    SessionSummary,
)
from tracking.services.actions import add_action
from tracking.services.file_summaries import save_file_summary
from tracking.services.goals import add_goal
from tracking.services.notes import save_private_note
from tracking.services.ratings import rate_goal
from tracking.services.reflections import write_reflection
from tracking.services.summaries import share_summary

NOW = timezone.now
Kind = HandedOn.Kind
# What each kind opens. Answers are counted with what stands below them.
TABLES = {
    Kind.GOALS: (Goal, GoalWording, GoalRating, ActionItem),
    Kind.SUMMARIES: (SessionSummary, FileSummary, AgreedPoint),
    Kind.REFLECTIONS: (Reflection,),
    Kind.ANSWERS: (ResponseAnswer, AnswerComment),
}
EVERYTHING = {table for tables in TABLES.values() for table in tables}

type Visit = Callable[[Person], Browser]


def _tell_a_story(cast: Cast, told: str = "old") -> None:
    """One row of every kind between Bob and Carol. What is `told` again in the same words at the
    same moment would be a second click."""
    bob, carol, client = cast.bob.membership, cast.carol.membership, cast.carol_client
    engagement, now = cast.carol_engagement, NOW()
    with scope(cast.bob.scope()):
        session = make_session(client, engagement, bob, days=-3, asks_client=False)
        save_private_note(session=session, by=bob, text="bobs-note", version=0, now=now)
        share_summary(session=session, by=bob, text="shared-summary", version=0, now=now)
        save_file_summary(session=session, by=bob, text="for-the-file", version=0, now=now)
        AgreedPoint.objects.create(
            session=session, position=0, text="agreed", added_by="Bob", added_at=now
        )
        words = {"text": f"{told}-action", "owner": "client", "due_on": None}
        add_action(engagement=engagement, by=bob, now=now, **words)
    with scope(cast.carol.scope()):
        goal = add_goal(engagement=engagement, text=f"{told}-goal", target=8, by=carol, now=now)
        rate_goal(goal=goal, score=4, rater="self", by=carol, now=now)
        write_reflection(client=client, text=f"{told}-shared", by=carol, now=now, share=True)
        keep_answers(session=session, answers=[GivenAnswer("What?", "old-answer")])
        _answer(cast)


def _answer(cast: Cast) -> None:
    """A questionnaire that Carol has sent, and a remark of hers below it."""
    client, now = cast.carol_client, NOW()
    with scope(system_scope(cast.practice.pk)), transferring():
        asked = Questionnaire(kind="reflection", title="How it goes", created_at=now)
        asked.insert()
        version = QuestionnaireVersion(
            questionnaire=asked, number=1, title=asked.title, content={}, published_at=now
        )
        version.insert()
        response = Response(version=version, subject_id=client.pk, asked_at=now, sent_at=now)
        response.insert()
        about = {"response": response, "subject_id": client.pk, "question": "q1"}
        ResponseAnswer(**about, sealed_value=b"x", saved_at=now).insert()
        AnswerComment(
            **about, author=cast.carol.membership, sealed_body=b"x", written_at=now
        ).insert()


def _seen(person: Person, *more: Role) -> set[type]:
    """Of which kinds the database gives rows to this person, by a bare SELECT as their role."""
    acting = person.scope()
    roles = acting.roles | set(more)
    mine = Scope(acting.user_id, acting.practice_id, acting.membership_id, roles)
    with scope(mine), confidential():
        return {table for table in (*EVERYTHING, PrivateNote) if _count(table)}


def _count(table: type) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table._meta.db_table}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _booking_answers(person: Person) -> int:
    with scope(person.scope()), confidential():
        return _count(BookingAnswer)


def _assign(cast: Cast, coach: Person, by: Person, *, days_ago: int = 0) -> None:
    now = NOW() - timedelta(days=days_ago)
    with scope(by.scope()):
        assign_coach(client=cast.carol_client, coach=coach.membership, by=by.membership, now=now)


def _leave(cast: Cast) -> None:
    """The day before yesterday."""
    with scope(system_scope(cast.practice.pk)):
        end_membership(membership=cast.bob.membership, now=NOW())
        CoachAssignment.objects.filter(coach=cast.bob.membership).update(
            ended_on=practice_day() - timedelta(days=2)
        )


def _pass_on(cast: Cast, *kinds: str) -> None:
    with scope(cast.carol.scope()):
        asked = Handover.objects.select_related("client", "assignment__coach__user").latest(
            "asked_at"
        )
        pass_on(handover=asked, kinds=kinds, by=cast.carol.membership, now=NOW())


@pytest.fixture
def story(cast: Cast) -> Cast:
    _tell_a_story(cast)
    return cast


@pytest.fixture
def taken_over(story: Cast) -> Cast:
    """Bob has left; Olga coaches Carol."""
    _leave(story)
    _assign(story, story.olga, story.alice)
    return story


def test_the_first_coach_reads_everything(story: Cast) -> None:
    assert _seen(story.bob) == EVERYTHING | {PrivateNote}
    assert _booking_answers(story.bob) == 1


def test_a_new_coach_reads_nothing_of_before(taken_over: Cast) -> None:
    assert _seen(taken_over.olga) == set()


def test_an_owner_who_assigns_herself_reads_nothing_of_before(story: Cast) -> None:
    _leave(story)
    alice = story.alice.membership
    with scope(story.alice.scope()):
        alice.roles = [*alice.roles, Role.COACH]
        alice.save(update_fields=["roles"])
        assign_coach(client=story.carol_client, coach=alice, by=alice, now=NOW())
    assert _seen(story.alice, Role.COACH) == set()


def test_a_second_coach_reads_what_is_shared_from_then_on(story: Cast) -> None:
    _assign(story, story.olga, story.bob)
    assert _seen(story.olga) == set()
    _tell_a_story(story, told="new")
    assert _seen(story.olga) == EVERYTHING
    with scope(story.olga.scope()), confidential():
        assert {_count(table) for table in EVERYTHING} == {1}
    with scope(story.bob.scope()), confidential():
        assert {_count(table) for table in EVERYTHING} == {2}


@pytest.mark.parametrize("kind", TABLES)
def test_the_client_passes_on_one_kind_and_nothing_else(taken_over: Cast, kind: str) -> None:
    _pass_on(taken_over, kind)
    assert _seen(taken_over.olga) == set(TABLES[Kind(kind)])


def test_answers_when_booking_pass_on_with_the_others_to_whoever_leads_the_session(
    taken_over: Cast,
) -> None:
    cast = taken_over
    with scope(cast.alice.scope()):
        Session.objects.update(coach=cast.olga.membership)
    assert _booking_answers(cast.olga) == 0
    _pass_on(cast, Kind.ANSWERS)
    assert _booking_answers(cast.olga) == 1


def test_what_is_withdrawn_closes_at_once(taken_over: Cast) -> None:
    _pass_on(taken_over, *TABLES)
    assert _seen(taken_over.olga) == EVERYTHING
    _pass_on(taken_over, Kind.GOALS)
    assert _seen(taken_over.olga) == set(TABLES[Kind.GOALS])
    _pass_on(taken_over)
    assert _seen(taken_over.olga) == set()


def test_it_passes_on_to_one_coach_and_for_as_long_as_they_coach(story: Cast) -> None:
    cast = story
    _leave(cast)
    _assign(cast, cast.olga, cast.alice, days_ago=1)
    _pass_on(cast, *TABLES)
    assert _seen(cast.olga) == EVERYTHING
    with scope(system_scope(cast.practice.pk)):
        CoachAssignment.objects.filter(coach=cast.olga.membership).update(
            ended_on=practice_day() - timedelta(days=2)
        )
    _assign(cast, cast.olga, cast.alice)
    assert _seen(cast.olga) == set()


def test_a_coach_who_comes_back_finds_what_they_had_seen_and_nothing_in_between(
    story: Cast,
) -> None:
    cast, back = story, 30
    bob, carol, olga = cast.bob.membership, cast.carol.membership, cast.olga.membership
    today, now = practice_day(), NOW()
    with scope(system_scope(cast.practice.pk)):
        CoachAssignment.objects.filter(coach=bob).update(ended_on=today - timedelta(days=back))
        CoachAssignment.objects.create(
            client=cast.carol_client,
            coach=olga,
            started_on=today - timedelta(days=back - 1),
            sees_from_at=now - timedelta(days=back - 1),
        )
    for days, text in ((back + 5, "while-bob"), (10, "in-between")):
        with scope(cast.carol.scope()):
            write_reflection(
                client=cast.carol_client,
                text=text,
                by=carol,
                now=now - timedelta(days=days),
                share=True,
            )
    with scope(cast.alice.scope()):
        assign_coach(client=cast.carol_client, coach=bob, by=cast.alice.membership, now=NOW())
    with scope(cast.carol.scope()):
        write_reflection(client=cast.carol_client, text="since", by=carol, now=NOW(), share=True)
    with scope(cast.bob.scope()), confidential():
        seen = Reflection.objects.order_by("written_at")
        assert [timezone.localdate(row.written_at) for row in seen] == [
            timezone.localdate(now - timedelta(days=back + 5)),
            timezone.localdate(NOW()),
        ]
        # What they wrote themself stays theirs.
        assert SessionSummary.objects.count() == PrivateNote.objects.count() == 1
    with scope(cast.olga.scope()), confidential():
        assert Reflection.objects.count() == 3


def test_nobody_writes_down_that_they_see_from_earlier(taken_over: Cast) -> None:
    cast, before = taken_over, NOW() - timedelta(days=400)
    with scope(cast.alice.scope()):
        mine = CoachAssignment.objects.get(coach=cast.olga.membership)
        assert mine.sees_from_at is not None
        for change in (
            {"sees_from_at": None},
            {"sees_from_at": before},
            {"coach": cast.alice.membership},
            {"client": cast.dave_client},
            {"started_on": before.date()},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                CoachAssignment.objects.filter(pk=mine.pk).update(**change)
        made = CoachAssignment.objects.create(
            client=cast.carol_client,
            coach=cast.ines.membership,
            started_on=before.date(),
            sees_from_at=before,
        )
        made.refresh_from_db()
        assert made.sees_from_at > NOW() - timedelta(minutes=5)


def test_an_assignment_is_ended_once_and_never_removed(taken_over: Cast) -> None:
    """Reopened, it would show what was between; removed, it would make the next one the first."""
    cast = taken_over
    with scope(cast.alice.scope()):
        bobs = CoachAssignment.objects.filter(coach=cast.bob.membership, client=cast.carol_client)
        assert bobs.update(ended_on=practice_day()) == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            bobs.delete()
        running = CoachAssignment.objects.filter(coach=cast.olga.membership)
        for wrong in (None, practice_day() + timedelta(days=30)):
            with pytest.raises(DatabaseError), transaction.atomic():
                running.update(ended_on=wrong)


def test_one_that_ended_on_its_first_day_leaves_nobody_the_first(cast: Cast) -> None:
    carol = cast.carol_client
    _assign(cast, cast.olga, cast.bob)
    with scope(cast.alice.scope()):
        end_assignment(
            client=carol, coach=cast.olga.membership, by=cast.alice.membership, now=NOW()
        )
        rows = CoachAssignment.objects.filter(client=carol)
        assert rows.current(practice_day()).count() == 1
        assert rows.count() == 2


@pytest.mark.parametrize("name", ["alice", "bob", "olga", "vera", "dave"])
def test_nobody_passes_on_in_the_clients_place(taken_over: Cast, name: str) -> None:
    cast = taken_over
    with scope(cast.alice.scope()):
        asked = Handover.objects.get()
    person = getattr(cast, name)
    with scope(person.scope()):
        with pytest.raises(DatabaseError), transaction.atomic():
            HandedOn.objects.create(
                client=cast.carol_client,
                assignment_id=asked.assignment_id,
                kind=Kind.GOALS,
                given_at=NOW(),
            )
        assert Handover.objects.filter(pk=asked.pk).update(answered_at=NOW()) == 0


def test_a_client_passes_on_their_own_alone(taken_over: Cast) -> None:
    cast = taken_over
    with scope(cast.alice.scope()):
        daves = CoachAssignment.objects.get(client=cast.dave_client)
    with (
        scope(cast.carol.scope()),
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):
        HandedOn.objects.create(
            client=cast.carol_client, assignment=daves, kind=Kind.GOALS, given_at=NOW()
        )


def test_an_answer_is_about_whom_its_response_is_about(story: Cast) -> None:
    with scope(story.bob.scope()):
        response = Response.objects.get(subject_id=story.carol_client.pk)
    with (
        scope(story.dave.scope()),
        pytest.raises(IntegrityError),
        transaction.atomic(),
        confidential(),
    ):
        ResponseAnswer.objects.create(
            response=response,
            subject_id=story.dave_client.pk,
            question="q2",
            sealed_value=b"x",
            saved_at=NOW(),
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# ---- the brief -----------------------------------------------------------------------------------


def _brief(cast: Cast, text: str = "a-brief-of-bob") -> HandoverBrief:
    bob, carol = cast.bob.membership, cast.carol_client
    with scope(cast.bob.scope()):
        brief = save_brief(client=carol, text=text, version=0, next_coach=None, by=bob, now=NOW())
        share_brief(client=carol, brief=brief, by=bob, now=NOW())
    return brief


def _briefs(person: Person) -> int:
    with scope(person.scope()), confidential():
        return int(HandoverBrief.objects.count())


def test_the_client_reads_the_brief_first_and_the_next_coach_if_it_passes_on(
    story: Cast, visit: Visit
) -> None:
    cast = story
    _assign(cast, cast.olga, cast.bob)
    _brief(cast)
    assert (_briefs(cast.bob), _briefs(cast.carol), _briefs(cast.olga)) == (1, 1, 0)
    profile = f"/coach/harbour/clients/{cast.carol_client.pk}/"
    assert "a-brief-of-bob" not in visit(cast.olga).get(profile).content.decode()
    portal = visit(cast.carol)
    assert "Somebody new coaches you" in portal.get("/portal/harbour/").content.decode()
    page = portal.get("/portal/harbour/a-new-coach/").content.decode()
    assert "a-brief-of-bob" in page
    with scope(cast.carol.scope()):
        asked = Handover.objects.get()
    portal.post(f"/portal/harbour/a-new-coach/{asked.pk}/", {"kinds": ["brief"]})
    assert "a-brief-of-bob" in visit(cast.olga).get(profile).content.decode()
    assert "Somebody new coaches you" not in portal.get("/portal/harbour/").content.decode()
    with scope(cast.carol.scope()):
        reads = ContentRead.objects.filter(reader=cast.olga.membership)
        assert "brief for the next coach" in reads.values_list("kind", flat=True)
    portal.post(f"/portal/harbour/a-new-coach/{asked.pk}/", {"nothing": "1", "kinds": ["brief"]})
    page = visit(cast.olga).get(profile).content.decode()
    assert "a-brief-of-bob" not in page
    assert "You start with an empty page" in page


def test_a_brief_that_was_changed_passes_on_anew(story: Cast) -> None:
    cast, bob = story, story.bob.membership
    _assign(cast, cast.olga, cast.bob)
    _brief(cast)
    _pass_on(cast, Kind.BRIEF)
    assert _briefs(cast.olga) == 1
    with scope(cast.bob.scope()):
        same = {"client": cast.carol_client, "by": bob, "now": NOW()}
        with pytest.raises(BriefIsShared):
            save_brief(text="other", version=1, next_coach=None, **same)
        take_back_brief(**same)
        brief = save_brief(text="other", version=1, next_coach=None, **same)
        assert (_briefs(cast.carol), _briefs(cast.olga)) == (0, 0)
        share_brief(client=cast.carol_client, brief=brief, by=bob, now=NOW())
    assert (_briefs(cast.carol), _briefs(cast.olga)) == (1, 0)
    _pass_on(cast, Kind.BRIEF)
    assert _briefs(cast.olga) == 1


def test_a_brief_is_put_together_from_what_is_shared(story: Cast, visit: Visit) -> None:
    bob = visit(story.bob)
    address = f"/coach/harbour/clients/{story.carol_client.pk}/brief/"
    page = bob.get(address).content.decode()
    assert "old-goal" in page
    assert "shared-summary" in page
    assert "bobs-note" not in page
    with scope(story.bob.scope()):
        key = f"goal-{Goal.objects.get().pk}"
    mine = {"text": "Mine.", "version": "0", "next_coach": "", "blocks": [key]}
    page = bob.post(address, mine | {"insert": "1"}).content.decode()
    assert "Mine.\n\nGoal: old-goal" in page
    answer = bob.post(address, {"text": " ", "version": "0", "share": "1"})
    assert answer.status_code == 422
    assert "There is nothing to show yet" in answer.content.decode()
    assert bob.post(address, {"text": "Mine.", "version": "0", "share": "1"}).status_code == 302
    assert "As your client reads it" in bob.get(address).content.decode()
    assert visit(story.olga).get(address).status_code == 404
    assert visit(story.alice).get(address).status_code in {403, 404}


def test_another_window_is_not_overwritten(story: Cast, visit: Visit) -> None:
    bob = visit(story.bob)
    address = f"/coach/harbour/clients/{story.carol_client.pk}/brief/"
    bob.post(address, {"text": "First", "version": "0", "save": "1"})
    answer = bob.post(address, {"text": "Second", "version": "0", "save": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "First" in page
    assert "Second" in page


# ---- asked, told, answered -----------------------------------------------------------------------


def test_the_client_is_asked_by_mail_and_the_coach_told_the_answer(taken_over: Cast) -> None:
    drain()
    asked = next(letter for letter in mail.outbox if "coaches you" in letter.subject)
    assert asked.to == ["carol@harbour.example"]
    assert "until you say what passes on" in " ".join(asked.body.split())
    assert "/portal/harbour/a-new-coach/" in asked.body
    mail.outbox.clear()
    _pass_on(taken_over, Kind.GOALS)
    drain()
    (told,) = mail.outbox
    assert told.to == ["olga@harbour.example"]
    assert "old-goal" not in told.body


def test_a_later_coach_is_told_what_is_closed_and_why(taken_over: Cast, visit: Visit) -> None:
    profile = f"/coach/harbour/clients/{taken_over.carol_client.pk}/"
    page = visit(taken_over.olga).get(profile).content.decode()
    assert "has not said yet what" in page
    assert "old-goal" not in page
    assert "shared-summary" not in page
    _pass_on(taken_over, Kind.GOALS)
    page = visit(taken_over.olga).get(profile).content.decode()
    assert "old-goal" in page
    assert "Not passed on:" in page


def test_without_a_portal_nothing_passes_on_and_the_page_says_how(
    story: Cast, visit: Visit
) -> None:
    with scope(story.alice.scope()):
        Client.objects.filter(pk=story.carol_client.pk).update(membership=None)
    _assign(story, story.olga, story.bob)
    page = visit(story.olga).get(f"/coach/harbour/clients/{story.carol_client.pk}/")
    assert "Nothing of before is open to you" in page.content.decode()
    assert _seen(story.olga) == set()


def test_nobody_is_asked_about_the_first_coach(cast: Cast, visit: Visit) -> None:
    page = visit(cast.carol).get("/portal/harbour/a-new-coach/").content.decode()
    assert "Nobody new" in page
    with scope(cast.bob.scope()):
        assert not Handover.objects.exists()
