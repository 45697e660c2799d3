"""Requests about one's own data: a month, a desk that sees no content, and an answer."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import ContentRead
from clients.policies import ContentKind
from clients.queries.who_looked import KIND_LABELS
from coachops.outbox.models import Message
from coachops.practices.services.members import end_membership
from coachops.retention.models import AccessRequest, NotesDecision, ReleasedNote
from coachops.retention.queries.records import READ_LABELS
from coachops.retention.services.facts import NOBODY, keep_facts
from coachops.retention.services.requests import (
    AlreadyAsked,
    NeedsErasure,
    NotesWaiting,
    answer_request,
    due_on,
    open_request,
)
from coachops.tenancy.scope import confidential, scope, system_scope
from tests.cast import Cast, Person, practice_day
from tests.tracking.factories import make_session
from tracking.services.notes import save_private_note
from tracking.services.reflections import write_reflection

type Visit = Callable[[Person], Browser]
NOTE = "Carol doubts her deputy, Petra Blau."


def _with_note(cast: Cast) -> None:
    bob = cast.bob.membership
    with scope(cast.bob.scope()):
        session = make_session(cast.carol_client, cast.carol_engagement, bob, days=-2)
        save_private_note(session=session, by=bob, text=NOTE, version=0, now=timezone.now())


def _url(name: str, *more: object) -> str:
    return reverse(name, args=["harbour", *more])


def test_a_copy_is_asked_for_redacted_by_its_author_and_read_by_the_client_alone(
    cast: Cast, visit: Visit
) -> None:
    _with_note(cast)
    carol, bob, vera = visit(cast.carol), visit(cast.bob), visit(cast.vera)
    carol.post(_url("portal:your_data"), {"kind": "access"})
    with scope(system_scope(cast.practice.pk)):
        request = AccessRequest.objects.get()
        assert request.due_on == due_on(practice_day())
        told = set(Message.objects.filter(kind="retention.notice").values_list("recipient"))
        assert told == {("alice@harbour.example",), ("bob@harbour.example",)}
    for page in ("coach:access_requests", "coach:access_request"):
        for desk in (vera, visit(cast.alice)):
            path = _url(page) if page.endswith("s") else _url(page, request.pk)
            text = desk.get(path).content.decode()
            assert "Carol" in text
            assert NOTE not in text
    answer = _url("coach:access_request_answer", request.pk)
    assert vera.post(answer).status_code == 422
    notes = _url("coach:request_notes", request.pk)
    assert visit(cast.olga).get(notes).status_code == 404
    assert vera.get(notes).status_code == 404
    page = bob.get(notes)
    assert NOTE in page.content.decode()
    note_id = page.context["notes"][0].id
    words = "Carol doubts her deputy."
    bob.post(notes, {"decision": "release", f"note-{note_id}": words})
    assert words not in carol.get(_url("portal:your_data")).content.decode()
    assert vera.post(answer).status_code == 302
    text = carol.get(_url("portal:your_data")).content.decode()
    assert words in text
    assert "Petra Blau" not in text
    with scope(cast.olga.scope()), confidential():
        assert not ReleasedNote.objects.exists()


def test_withheld_notes_give_the_client_a_reason_and_nothing_else(cast: Cast, visit: Visit) -> None:
    _with_note(cast)
    with scope(cast.carol.scope()):
        request = open_request(
            client=cast.carol_client, kind="access", channel="portal", now=timezone.now()
        )
    notes = _url("coach:request_notes", request.pk)
    assert visit(cast.bob).post(notes, {"reason": "because"}).status_code == 422
    visit(cast.bob).post(notes, {"reason": "others"})
    text = visit(cast.carol).get(_url("portal:your_data")).content.decode()
    assert "They would reveal another person’s affairs" in text
    assert NOTE not in text


def test_notes_of_a_coach_who_has_left_stay_sealed(cast: Cast) -> None:
    _with_note(cast)
    with scope(system_scope(cast.practice.pk)):
        end_membership(membership=cast.bob.membership, now=timezone.now())
    with scope(cast.carol.scope()):
        request = open_request(
            client=cast.carol_client, kind="access", channel="portal", now=timezone.now()
        )
        decision = NotesDecision.objects.get()
        assert (decision.decision, decision.reason) == ("withheld", "sealed")
    with scope(cast.alice.scope()):
        answer_request(request=request, now=timezone.now())
        assert AccessRequest.objects.get().state == AccessRequest.State.ANSWERED


def test_the_same_is_asked_once_and_erasure_is_no_tick_of_a_box(cast: Cast) -> None:
    _with_note(cast)
    ask = {"client": cast.carol_client, "channel": "portal", "now": timezone.now()}
    with scope(cast.carol.scope()):
        copy = open_request(kind="access", **ask)
        erase = open_request(kind="erase", **ask)
        with pytest.raises(AlreadyAsked):
            open_request(kind="access", **ask)
    with scope(cast.alice.scope()):
        with pytest.raises(NotesWaiting):
            answer_request(request=copy, now=timezone.now())
        with pytest.raises(NeedsErasure):
            answer_request(request=erase, now=timezone.now())


def test_an_owner_who_is_also_a_client_keeps_out_of_their_own_records(
    cast: Cast, visit: Visit
) -> None:
    with scope(system_scope(cast.practice.pk)):
        cast.carol.membership.user = cast.alice.user
        cast.carol.membership.save(update_fields=["user"])
        ContentRead.objects.create(
            client=cast.carol_client,
            reader=cast.bob.membership,
            kind="goals",
            hour=timezone.now(),
            first_read_at=timezone.now(),
        )
        open_request(client=cast.carol_client, kind="access", channel="staff", now=timezone.now())
    alice = visit(cast.alice)
    assert alice.get(_url("coach:client_records", cast.carol_client.pk)).status_code == 404
    for page in ("coach:access_ledger", "coach:access_requests"):
        assert "Carol Harbour" not in alice.get(_url(page)).content.decode()


def test_the_ledger_is_the_owners_in_whole_and_a_coachs_own(cast: Cast, visit: Visit) -> None:
    with scope(system_scope(cast.practice.pk)):
        ContentRead.objects.create(
            client=cast.carol_client,
            reader=cast.sam.membership,
            kind="sponsor page",
            hour=timezone.now(),
            first_read_at=timezone.now(),
        )
    path = _url("coach:access_ledger")
    seen = {
        name: "Sam Harbour" in visit(getattr(cast, name)).get(path).content.decode()
        for name in ("alice", "bob", "olga")
    }
    assert seen == {"alice": True, "bob": True, "olga": False}
    assert visit(cast.vera).get(path).status_code == 404


def test_every_kind_of_read_has_its_words() -> None:
    assert set(READ_LABELS) == set(ContentKind) == set(KIND_LABELS)


def test_an_owner_erases_in_two_steps_and_keeps_the_receipt(cast: Cast, visit: Visit) -> None:
    alice, carol = visit(cast.alice), cast.carol_client
    plan = _url("coach:erasure_plan", carol.pk)
    assert "Archive the record first" in alice.post(plan, {"basis": "asked"}).content.decode()
    alice.post(_url("coach:client_archive", carol.pk))
    step = alice.post(plan, {"basis": "asked"}).headers["Location"]
    assert alice.post(step, {"name": "Carla"}).status_code == 422
    receipt = alice.post(step, {"name": "carol harbour"}).headers["Location"]
    text = alice.get(receipt).content.decode()
    assert "Destroyed" in text
    assert "Carol" not in text
    assert alice.get(receipt[:-1] + ".pdf").content[:5] == b"%PDF-"
    for path in (_url("coach:clients"), _url("coach:retention"), _url("coach:access_ledger")):
        assert alice.get(path).status_code == 200


def test_view_as_shows_no_more_than_the_viewer_may_read(cast: Cast, visit: Visit) -> None:
    with scope(cast.carol.scope()):
        write_reflection(
            client=cast.carol_client,
            text="carols-private-line",
            by=cast.carol.membership,
            now=timezone.now(),
        )
    for who in ("client", "sponsor", "assistant"):
        path = _url("coach:view_as", cast.carol_client.pk, who)
        page = visit(cast.bob).get(path).content.decode()
        assert " inert>" in page
        assert "carols-private-line" not in page
        for name in ("alice", "olga", "vera"):
            assert visit(getattr(cast, name)).get(path).status_code == 404
    own = visit(cast.carol).get(_url("portal:what_assistant_sees")).content.decode()
    assert "carols-private-line" not in own


def test_nothing_is_asked_for_in_the_name_of_somebody_erased(cast: Cast, visit: Visit) -> None:
    with scope(system_scope(cast.practice.pk)):
        keep_facts(client=cast.dave_client, now=timezone.now())
    page = visit(cast.alice).get(_url("coach:access_requests")).content.decode()
    assert "Carol Harbour" in page
    assert NOBODY not in page
