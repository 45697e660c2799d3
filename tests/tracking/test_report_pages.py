"""Pages about reports: who may open which, and what stands on them."""

import re
import uuid

import pytest
from django.core import mail
from django.urls import reverse

from clients.models import ContentRead
from clients.policies import ContentKind
from clients.queries.who_looked import KIND_LABELS
from coachops.outbox.engine import drain
from coachops.practices import policies
from coachops.practices.policies import Data, Rule, Sight, Viewer
from coachops.tenancy.scope import scope
from tests.cast import Cast
from tests.reports_world import NARRATIVE, PLANTED, STATEMENT, WORDING, World, build_world
from tracking.models import ProgressReport
from tracking.services import reports


@pytest.fixture
def world(cast: Cast) -> World:
    return build_world(cast)


def address(name: str, *args: object) -> str:
    return reverse(name, args=["harbour", *args])


def state_of(world: World, report: ProgressReport) -> str:
    return world.reload(report).state


def test_the_coach_makes_a_report_from_the_engagement_to_the_client(world, visit):
    bob = visit(world.cast.bob)
    answer = bob.post(address("coach:report_start", world.engagement.pk))
    report_url = answer.headers["Location"]
    (report,) = _reports(world)
    page = bob.get(report_url).content.decode()
    assert WORDING in page
    assert not [word for word in PLANTED if word in page]
    bob.post(
        address("coach:report_narrative", report.pk), {"text": NARRATIVE, "version": report.version}
    )
    bob.post(address("coach:report_check", report.pk))
    bob.post(address("coach:report_send", report.pk))
    assert state_of(world, report) == "in_review"
    assert (
        NARRATIVE
        in visit(world.cast.carol).get(address("portal:report", report.pk)).content.decode()
    )


def test_the_client_tries_and_then_releases(world, visit):
    report = world.in_review()
    carol = visit(world.cast.carol)
    page_url = address("portal:report", report.pk)
    shown = _shown(carol.get(page_url))
    answer = {"struck": ["goals"], "statement": STATEMENT, "shown": shown}
    looked = carol.post(page_url, {**answer, "decision": "look"}).content.decode()
    assert f"“{STATEMENT}”" in looked
    assert WORDING not in looked
    assert state_of(world, report) == "in_review"
    carol.post(page_url, {**answer, "decision": "release"})
    released = world.reload(report)
    assert (released.state, released.struck_parts) == ("approved", ["goals"])
    assert WORDING not in str(released.facts)


def test_a_release_of_something_else_than_was_read_is_refused(world, visit):
    report, bob = world.in_review(), world.cast.bob
    page_url = address("portal:report", report.pk)
    carol = visit(world.cast.carol)
    seen = _shown(carol.get(page_url))
    with scope(bob.scope()):
        reports.reopen_report(report=report, by=bob.membership, now=world.now)
        reports.save_narrative(
            report=report, text="OTHER-WORDS", version=2, by=bob.membership, now=world.now
        )
        reports.check_report(report=report, by=bob.membership, now=world.now)
        reports.send_for_review(report=report, by=bob.membership, now=world.now)
    answer = {"decision": "release", "statement": STATEMENT}
    refused = carol.post(page_url, {**answer, "shown": seen})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "The report has changed since you opened this page" in page
    assert "OTHER-WORDS" in page
    assert f"{STATEMENT}</textarea>" in page
    assert state_of(world, report) == "in_review"
    carol.post(page_url, {**answer, "shown": _shown(refused)})
    assert state_of(world, report) == "approved"


def test_asking_for_changes_needs_words(world, visit):
    report = world.in_review()
    carol = visit(world.cast.carol)
    refused = carol.post(address("portal:report", report.pk), {"decision": "changes"})
    assert refused.status_code == 422
    asked = {"decision": "changes", "changes": "zebra-request"}
    carol.post(address("portal:report", report.pk), asked)
    assert state_of(world, report) == "drafted"
    page = visit(world.cast.bob).get(address("coach:report", report.pk)).content.decode()
    assert "zebra-request" in page


def test_client_and_sponsor_read_the_same_document(world, visit):
    report = world.issued()
    drain()
    client_page = visit(world.cast.carol).get(address("portal:report", report.pk))
    sponsor_page = visit(world.cast.sam).get(address("sponsor:report", report.pk))
    assert _paper(client_page) == _paper(sponsor_page)


def test_a_conflict_keeps_both_texts(world, visit):
    report = world.started()
    bob = visit(world.cast.bob)
    save = address("coach:report_narrative", report.pk)
    bob.post(save, {"text": "first", "version": 1})
    with scope(world.cast.bob.scope()):
        assert ContentRead.objects.filter(kind=ContentKind.REPORT).count() == 1
    clash = bob.post(save, {"text": "second", "version": 1}, headers={"HX-Request": "true"})
    assert clash.status_code == 409
    assert "first" in clash.content.decode()
    bob.post(save, {"text": "second", "version": 1, "seen": 2, "keep": "both"})
    assert world.reload(report).narrative == "first\n\nsecond"


def test_an_assistant_and_an_owner_see_state_and_lateness_alone(world, visit):
    report = world.in_review()
    for person in (world.cast.vera, world.cast.alice):
        page = visit(person).get(address("coach:report", report.pk)).content.decode()
        assert "With the client" in page
        assert not [word for word in (WORDING, NARRATIVE, *PLANTED) if word in page]
        assert visit(person).get(address("coach:reports")).status_code == 200
    assert visit(world.cast.vera).get(address("coach:report_pdf", report.pk)).status_code == 404
    assert visit(world.cast.vera).post(address("coach:report_check", report.pk)).status_code == 404


def test_what_goes_out_with_a_report_is_read_before_it_is_issued(world, visit):
    report, bob = world.released(), visit(world.cast.bob)
    page, issue = address("coach:report", report.pk), address("coach:report_issue", report.pk)
    assert f'formaction="{issue}#letters"' in bob.get(page).content.decode()
    drain()
    mail.outbox.clear()
    looked = bob.post(issue, {"look": "1"}).content.decode()
    for reader in (world.cast.sam, world.cast.carol):
        assert f">{reader.user.email}</dd>" in looked
    drain()
    assert (state_of(world, report), mail.outbox) == ("approved", [])


def test_the_desk_offers_one_way_to_draft_what_is_due(world, visit):
    report = world.started()
    with scope(world.cast.bob.scope()):
        ProgressReport.objects.filter(pk=report.pk).update(state="due", facts={})
    desk = visit(world.cast.vera).get(address("coach:desk")).content.decode()
    assert desk.count(address("coach:report_draft", report.pk)) == 1
    assert "See how far it is" in desk
    assert "Draft it" not in desk


def test_everybody_else_gets_the_same_404(world, visit):
    report = world.in_review()
    cast = world.cast
    for person, name in (
        (cast.olga, "coach:report"),
        (cast.ines, "coach:report"),
        (cast.mallory, "coach:report"),
        (cast.dave, "portal:report"),
        (cast.erin, "portal:report"),
        (cast.sam, "sponsor:report"),
        (cast.stella, "sponsor:report_pdf"),
        (cast.carol, "coach:report"),
    ):
        assert visit(person).get(address(name, report.pk)).status_code == 404, (person, name)
    assert visit(cast.bob).get(address("coach:report", uuid.uuid4())).status_code == 404


def test_the_client_does_not_see_drafts(world, visit):
    report = world.started()
    assert visit(world.cast.carol).get(address("portal:report", report.pk)).status_code == 404


def test_the_download_is_a_file_and_its_reading_is_written_down(world, visit):
    report = world.issued()
    sam = visit(world.cast.sam)
    assert sam.get(address("sponsor:report_pdf", report.pk)).status_code == 404
    drain()
    before = visit(world.cast.bob).get(address("coach:reports"), {"show": "issued"})
    assert "Not opened yet" in before.content.decode()
    answer = sam.get(address("sponsor:report_pdf", report.pk))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    after = visit(world.cast.bob).get(address("coach:reports"), {"show": "issued"})
    assert "Opened" in after.content.decode()
    looked = visit(world.cast.carol).get(reverse("portal:who_looked", args=["harbour"]))
    assert str(KIND_LABELS[ContentKind.REPORT]) in looked.content.decode()


def test_lists_cost_the_same_with_one_and_three_reports(world, visit, counting):
    bob = visit(world.cast.bob)
    world.issued()
    with counting() as one:
        bob.get(address("coach:reports"), {"show": "issued"})
    with scope(world.cast.bob.scope()):
        (report,) = ProgressReport.objects.all()
        for number in (2, 3):
            report.pk, report.number = uuid.uuid4(), number
            report.save(force_insert=True)
    with counting() as three:
        bob.get(address("coach:reports"), {"show": "issued"})
    assert len(one) == len(three) <= 12


def test_the_table_decides_whether_a_coach_reads_a_draft(world, visit, monkeypatch):
    report, bob = world.started(), visit(world.cast.bob)
    assert WORDING in bob.get(address("coach:report", report.pk)).content.decode()
    closed = Rule(Data.REPORT_DRAFT, {Viewer.ASSIGNED_COACH: Sight.STATE})
    monkeypatch.setitem(policies._BY_DATA, Data.REPORT_DRAFT, closed)
    assert WORDING not in bob.get(address("coach:report", report.pk)).content.decode()
    assert bob.get(address("coach:report_pdf", report.pk)).status_code == 404


def _reports(world: World) -> list[ProgressReport]:
    with scope(world.cast.bob.scope()):
        return list(ProgressReport.objects.all())


def _shown(answer) -> str:
    return re.search(r'name="shown" value="(\w+)"', answer.content.decode())[1]


def _paper(answer) -> str:
    page = answer.content.decode()
    return page[
        page.index('<article class="paper"') : page.index("</article>\n", page.rindex("privacy"))
    ]
