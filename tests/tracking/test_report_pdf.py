"""The PDF of an issued report: made by a worker, once, and of nothing but the snapshot."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone, translation
from django.utils.formats import date_format
from pypdf import PdfReader

from clients.models import Engagement, SponsorContact
from coachops.outbox import engine
from coachops.outbox.models import Message
from coachops.practices.models import Practice, User
from coachops.tenancy.scope import scope
from tests.cast import Cast, Person, practice_day
from tests.reports_world import NARRATIVE, PLANTED, STATEMENT, WORDING, World, build_world
from tracking.models import ReportFile
from tracking.services import reports_file

AFTER_THE_LEASE = timedelta(seconds=reports_file.LEASE_SECONDS + 1)


@pytest.fixture
def world(cast: Cast) -> World:
    return build_world(cast)


def files(world: World) -> list[ReportFile]:
    with scope(world.cast.bob.scope()):
        return list(ReportFile.objects.all())


def content(file: ReportFile) -> bytes:
    with file.file.open("rb") as opened:
        return opened.read()


def text_of(file: ReportFile) -> str:
    reader = PdfReader(BytesIO(content(file)))
    return "\n".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize(
    ("level", "words", "withheld"),
    [
        (0, ["Sessions used"], [WORDING, NARRATIVE, STATEMENT, "Goal 1", "60%"]),
        (1, ["Sessions used", "Goal 1", "60%"], [WORDING, NARRATIVE, STATEMENT]),
        (2, [WORDING, NARRATIVE, STATEMENT, "60%"], []),
        (3, [WORDING, NARRATIVE, STATEMENT, "60%"], []),
    ],
)
def test_the_pdf_holds_what_the_level_opens(world, level, words, withheld):
    report = world.released()
    world.set_level(level)
    world.issue(report)
    engine.drain()
    (file,) = files(world)
    text = " ".join(text_of(file).split())
    assert [word for word in words if word not in text] == []
    assert [word for word in (*withheld, *PLANTED, "Did not take place") if word in text] == []


@pytest.mark.parametrize("level", [1, 2])
def test_neither_a_session_date_nor_a_score_stands_in_the_pdf(world, level):
    world.set_level(level)
    world.issued()
    engine.drain()
    text = " ".join(text_of(files(world)[0]).split())
    assert [trace for trace in world.traces_of_sessions() if trace in text] == []


def test_attendance_is_there_if_the_client_opted_in(world):
    world.share_attendance()
    world.issued()
    engine.drain()
    assert "Did not take place" in text_of(files(world)[0])


def test_the_pdf_is_tagged_and_names_its_practice(world):
    world.issued()
    engine.drain()
    reader = PdfReader(BytesIO(content(files(world)[0])))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "Progress report, Carol Harbour" in reader.metadata.title
    assert reader.metadata.author == "Harbour"


def test_a_worker_that_dies_in_a_rendering_is_followed_by_another_once(world, monkeypatch):
    report = world.issued()
    made = []
    rendered = reports_file.report_pdf

    def dying(sheet):
        made.append("begun")
        default_storage.save(f"{report.practice_id}/reports/{report.pk}.pdf", ContentFile(b"half"))
        raise SystemExit

    monkeypatch.setattr(reports_file, "report_pdf", dying)
    with pytest.raises(SystemExit):
        engine.drain()
    assert files(world) == []
    monkeypatch.setattr(reports_file, "report_pdf", rendered)
    engine.drain()
    assert files(world) == []  # the lease of the dead worker has not run out
    engine.drain(now=timezone.now() + AFTER_THE_LEASE)
    engine.drain(now=timezone.now() + AFTER_THE_LEASE)
    (file,) = files(world)
    assert file.file.name == f"{report.practice_id}/reports/{report.pk}.pdf"
    assert content(file).startswith(b"%PDF-")
    with scope(world.cast.bob.scope()):
        letters = Message.objects.filter(subject_id=report.pk, kind="tracking.report.issued")
        assert letters.count() == 2
        assert Message.objects.get(kind="tracking.report.pdf").state == "sent"


def test_two_workers_make_one_file_and_one_round_of_mails(world):
    report = world.issued()
    with scope(world.cast.bob.scope()):
        message = Message.objects.get(kind="tracking.report.pdf", subject_id=report.pk)
    with scope(world.cast.bob.scope()):
        first = reports_file.prepare_report_pdf(message)
        second = reports_file.prepare_report_pdf(message)
    first()
    second()
    assert len(files(world)) == 1
    assert content(files(world)[0]).startswith(b"%PDF-")
    with scope(world.cast.bob.scope()):
        assert Message.objects.filter(kind="tracking.report.issued").count() == 2


def test_the_file_row_cannot_be_changed(world):
    world.issued()
    engine.drain()
    (file,) = files(world)
    with scope(world.cast.bob.scope()), pytest.raises(Exception, match="permission denied"):
        ReportFile.objects.filter(pk=file.pk).update(fingerprint="other")


def test_lowering_after_the_issue_changes_nothing_that_is_out(world):
    world.issued()
    world.set_level(None)
    engine.drain()
    assert WORDING in text_of(files(world)[0])
    with scope(world.cast.bob.scope()):
        assert Engagement.objects.get(pk=world.engagement.pk).disclosure_level is None


def speaks(person: Person, language: str) -> None:
    User.objects.filter(pk=person.user.pk).update(language=language)


def test_the_pdf_speaks_the_language_of_the_people_it_is_for(world):
    for person in (world.cast.sam, world.cast.stella):
        speaks(person, "de")
    with translation.override("de"):
        last_day = date_format(world.engagement.ends_on, "j F Y")
    report = world.issued()
    speaks(world.cast.sam, "en-gb")
    engine.drain()
    (file,) = files(world)
    assert PdfReader(BytesIO(content(file))).root_object["/Lang"] == "de"
    assert last_day in " ".join(text_of(file).split())
    assert world.reload(report).facts["language"] == "de", "kept with what was issued"


def test_the_pdf_speaks_the_practices_language_to_people_nobody_knows_yet(world):
    with scope(world.cast.alice.scope()):
        Practice.objects.filter(pk=world.cast.practice.pk).update(language="de")
        SponsorContact.objects.update(membership=None)
        SponsorContact.objects.filter(name__startswith="Sam").update(email="new@acme.example")
        SponsorContact.objects.exclude(name__startswith="Sam").update(access_ended_at=world.now)
    world.issued()
    engine.drain()
    assert PdfReader(BytesIO(content(files(world)[0]))).root_object["/Lang"] == "de"


def test_each_mail_about_a_report_speaks_its_readers_language(world):
    speaks(world.cast.carol, "de")
    report = world.in_review()
    engine.drain()
    with translation.override("de"):
        weekday = date_format(practice_day(report.review_ends_at), "l")
    assert weekday in mail.outbox[-1].body
