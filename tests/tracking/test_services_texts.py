"""Notes, summaries and reflections: who writes, who reads, what the database holds."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.utils import timezone

from clients.models import CoachAssignment
from coachops.audit.models import AuditEvent
from coachops.tenancy.scope import confidential
from scheduling.models import Session
from tests.cast import Cast, Person, practice_day
from tracking.models import PrivateNote, Reflection, SessionSummary
from tracking.policies.texts import Conflict, NothingToShare, TextTooLong
from tracking.queries.reflections import own_reflections, shared_reflections
from tracking.queries.session_page import NOTE, SUMMARY, stored_pad
from tracking.queries.summaries import shared_summaries
from tracking.services.notes import save_private_note
from tracking.services.reflections import (
    delete_reflection,
    share_reflection,
    unshare_reflection,
    write_reflection,
)
from tracking.services.summaries import save_summary, share_summary

type Acting = Callable[[Person], AbstractContextManager[object]]

PLANTED = "she fears the board meeting"


def _note(cast: Cast, session: Session, text: str, version: int) -> int:
    return save_private_note(
        session=session,
        text=text,
        version=version,
        by=cast.bob.membership,
        now=timezone.now(),
    ).version


def test_note_is_sealed_in_the_database(
    cast: Cast, acting: Acting, carols_session: Session
) -> None:
    with acting(cast.bob), confidential():
        _note(cast, carols_session, PLANTED, 0)
        stored = bytes(PrivateNote.objects.get().sealed_body)
    assert PLANTED.encode() not in stored
    assert len(stored) > len(PLANTED)


def test_every_save_names_the_version_it_follows(
    cast: Cast, acting: Acting, carols_session: Session
) -> None:
    with acting(cast.bob):
        assert _note(cast, carols_session, "one", 0) == 1
        assert _note(cast, carols_session, "one two", 1) == 2
        note = stored_pad(NOTE, carols_session, reader=cast.bob.membership)
    assert (note.text, note.version) == ("one two", 2)


def test_older_tab_overwrites_nothing(cast: Cast, acting: Acting, carols_session: Session) -> None:
    with acting(cast.bob):
        _note(cast, carols_session, "one", 0)
        _note(cast, carols_session, "from the other tab", 1)
        with pytest.raises(Conflict) as conflict:
            _note(cast, carols_session, "from this tab", 1)
        note = stored_pad(NOTE, carols_session, reader=cast.bob.membership)
    assert (conflict.value.stored, conflict.value.version) == ("from the other tab", 2)
    assert note.text == "from the other tab"


def test_two_first_versions_collide(cast: Cast, acting: Acting, carols_session: Session) -> None:
    with acting(cast.bob):
        _note(cast, carols_session, "one", 0)
        with pytest.raises(Conflict):
            _note(cast, carols_session, "another", 0)


def test_repeated_request_is_no_conflict(
    cast: Cast, acting: Acting, carols_session: Session
) -> None:
    with acting(cast.bob):
        _note(cast, carols_session, "one", 0)
        assert _note(cast, carols_session, "one", 0) == 1


def test_empty_pad_makes_no_note(cast: Cast, acting: Acting, carols_session: Session) -> None:
    with acting(cast.bob), confidential():
        assert _note(cast, carols_session, "", 0) == 0
        assert PrivateNote.objects.count() == 0


def test_text_of_a_megabyte_is_refused(cast: Cast, acting: Acting, carols_session: Session) -> None:
    with acting(cast.bob), pytest.raises(TextTooLong):
        _note(cast, carols_session, "x" * 1_000_000, 0)


@pytest.mark.parametrize("name", ["olga", "carol", "dave", "mallory"])
def test_nobody_else_finds_the_note(
    cast: Cast, acting: Acting, carols_session: Session, name: str
) -> None:
    with acting(cast.bob):
        _note(cast, carols_session, PLANTED, 0)
    with acting(getattr(cast, name)), confidential():
        assert PrivateNote.objects.count() == 0


def test_draft_summary_is_the_coachs_until_it_is_shared(
    cast: Cast, acting: Acting, carols_session: Session
) -> None:
    now, by = timezone.now(), cast.bob.membership
    with acting(cast.bob):
        save_summary(session=carols_session, text=PLANTED, version=0, by=by, now=now)
    with acting(cast.carol):
        assert shared_summaries(cast.carol_client.pk) == ()
    with acting(cast.bob):
        share_summary(session=carols_session, text=PLANTED, version=1, by=by, now=now)
        events = set(AuditEvent.objects.values_list("event", flat=True))
    with acting(cast.carol):
        (shared,) = shared_summaries(cast.carol_client.pk)
    assert shared.text == PLANTED
    assert "summary.shared" in events


def test_shared_summary_can_be_corrected_but_not_emptied(
    cast: Cast, acting: Acting, carols_session: Session
) -> None:
    now, by = timezone.now(), cast.bob.membership
    with acting(cast.bob):
        share_summary(session=carols_session, text="firts", version=0, by=by, now=now)
        save_summary(session=carols_session, text="first", version=1, by=by, now=now)
        with pytest.raises(NothingToShare):
            save_summary(session=carols_session, text=" ", version=2, by=by, now=now)
    with acting(cast.carol):
        (shared,) = shared_summaries(cast.carol_client.pk)
    assert shared.text == "first"


def test_successor_reads_what_was_shared_and_writes_a_summary_of_their_own(
    cast: Cast, acting: Acting, carols_session: Session
) -> None:
    now, bob, olga = timezone.now(), cast.bob.membership, cast.olga.membership
    with acting(cast.bob):
        save_summary(session=carols_session, text="BOBS DRAFT", version=0, by=bob, now=now)
        CoachAssignment.objects.create(
            client=cast.carol_client, coach=olga, started_on=practice_day()
        )
    with acting(cast.olga):
        assert stored_pad(SUMMARY, carols_session, reader=olga).text == ""
        with confidential():
            assert SessionSummary.objects.count() == 0
        share_summary(session=carols_session, text="OLGAS", version=0, by=olga, now=now)
    with acting(cast.carol):
        assert [one.text for one in shared_summaries(cast.carol_client.pk)] == ["OLGAS"]
    later = now + timedelta(minutes=1)
    with acting(cast.bob):
        share_summary(session=carols_session, text="BOBS", version=1, by=bob, now=later)
        assert stored_pad(SUMMARY, carols_session, reader=bob).text == "BOBS"
    with acting(cast.carol):
        assert [one.text for one in shared_summaries(cast.carol_client.pk)] == ["BOBS"]


def test_nobody_writes_into_anothers_summary(
    cast: Cast, acting: Acting, carols_session: Session
) -> None:
    with acting(cast.bob):
        CoachAssignment.objects.create(
            client=cast.carol_client, coach=cast.olga.membership, started_on=practice_day()
        )
        share_summary(
            session=carols_session,
            text="BOBS",
            version=0,
            by=cast.bob.membership,
            now=timezone.now(),
        )
    with acting(cast.olga), confidential():
        assert SessionSummary.objects.count() == 1
        assert SessionSummary.objects.update(version=9) == 0
        assert SessionSummary.objects.all().delete()[0] == 0


def test_summary_is_sealed_in_the_database(
    cast: Cast, acting: Acting, carols_session: Session
) -> None:
    with acting(cast.bob), confidential():
        share_summary(
            session=carols_session,
            text=PLANTED,
            version=0,
            by=cast.bob.membership,
            now=timezone.now(),
        )
        assert PLANTED.encode() not in bytes(SessionSummary.objects.get().sealed_body)


def _reflection(cast: Cast, *, share: bool = False) -> Reflection:
    return write_reflection(
        client=cast.carol_client,
        text=PLANTED,
        by=cast.carol.membership,
        now=timezone.now(),
        share=share,
    )


def test_reflection_is_sealed_and_private(cast: Cast, acting: Acting) -> None:
    with acting(cast.carol), confidential():
        _reflection(cast)
        assert PLANTED.encode() not in bytes(Reflection.objects.get().sealed_body)
        assert [entry.text for entry in own_reflections(cast.carol_client.pk)] == [PLANTED]
    with acting(cast.bob):
        assert shared_reflections(cast.carol_client.pk) == ()


def test_sharing_is_the_clients_act_and_can_be_taken_back(cast: Cast, acting: Acting) -> None:
    now, by = timezone.now(), cast.carol.membership
    with acting(cast.carol):
        reflection = _reflection(cast)
        share_reflection(reflection=reflection, by=by, now=now)
    with acting(cast.bob):
        assert [entry.text for entry in shared_reflections(cast.carol_client.pk)] == [PLANTED]
    with acting(cast.olga):
        assert shared_reflections(cast.carol_client.pk) == ()
    with acting(cast.carol):
        unshare_reflection(reflection=reflection, by=by, now=now)
    with acting(cast.bob):
        assert shared_reflections(cast.carol_client.pk) == ()


def test_coach_cannot_share_for_the_client(cast: Cast, acting: Acting) -> None:
    with acting(cast.carol):
        reflection = _reflection(cast)
    with acting(cast.bob):
        share_reflection(reflection=reflection, by=cast.bob.membership, now=timezone.now())
    with acting(cast.carol), confidential():
        assert Reflection.objects.get().shared_at is None


def test_deleted_reflection_is_gone(cast: Cast, acting: Acting) -> None:
    with acting(cast.carol), confidential():
        reflection = _reflection(cast, share=True)
        delete_reflection(reflection=reflection, by=cast.carol.membership, now=timezone.now())
        assert Reflection.objects.count() == 0
