"""Clients from a sheet: nothing is rejected silently, nothing is done twice, all can go back."""

import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client as Browser

from clients.models import (
    Client,
    CoachAssignment,
    Engagement,
    OnboardingStep,
    SponsorOrganisation,
)
from clients.queries.safes import safe_of
from clients.services.onboarding import settle_step
from coachops.outbox.engine import drain
from coachops.tenancy.models import uuid7
from coachops.transfer.models import ImportedRow, Transfer
from coachops.transfer.policies import Fate, State
from coachops.transfer.services import applying, checking
from programs.queries.ledger import balances
from programs.services.starter import install_starter_program
from tests.cast import Cast, Person
from tests.transfer.sheets import checked, csv, imported, transfer_at, upload, xlsx

type Visit = Callable[[Person], Browser]


@pytest.fixture
def bob(cast: Cast, visit: Visit) -> Browser:
    return visit(cast.bob)


@pytest.fixture
def inside(cast: Cast, acting: Callable[[Person], object]) -> object:
    return lambda: acting(cast.bob)


def test_a_row_becomes_a_client_with_key_coach_and_engagement(
    bob: Browser, cast: Cast, inside: Callable[[], object]
) -> None:
    with inside():
        install_starter_program(now=cast.carol_engagement.created_at)
    header = (
        "Nombre",
        "Correo electrónico",
        "Teléfono",
        "Beginn",
        "Programm",
        "Sponsor",
        "Sessions",
    )
    sheet = csv(
        ("Zoë Núñez", "ZOE@Example.org", "+49 30 1", "3.2.2026", PROGRAM, "Brightwater", "9"),
        header=header,
        separator=";",
    )
    imported(bob, sheet, dates="day_first")
    with inside():
        client = Client.objects.get(email="zoe@example.org")
        engagement = Engagement.objects.get(client=client)
        assert (client.name, client.phone) == ("Zoë Núñez", "+49 30 1")
        assert CoachAssignment.objects.get(client=client).coach_id == cast.bob.membership.pk
        row_id = uuid7()
        assert safe_of(client.pk).open(safe_of(client.pk).close("x", row_id=row_id), row_id=row_id)
        assert engagement.starts_on == date(2026, 2, 3)
        assert engagement.sponsor_organisation.name == "Brightwater"
        assert balances([engagement.pk])[engagement.pk].left == 9


PROGRAM = "Executive coaching six months"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_program_may_have_written_the_sheet(
    bob: Browser, inside: Callable[[], object], encoding: str, separator: str
) -> None:
    sheet = csv(("Jörg Müßig", "joerg@example.org"), header=("Name", "E-Mail"), separator=separator)
    imported(bob, sheet.encode(encoding))
    with inside():
        assert Client.objects.get(email="joerg@example.org").name == "Jörg Müßig"


def test_a_workbook_keeps_dates_and_numbers_and_runs_no_formula(
    bob: Browser, inside: Callable[[], object]
) -> None:
    sheet = xlsx(
        ("Ada", "ada@example.org", 4930123456, date(2026, 3, 1)),
        ('=HYPERLINK("http://x.example","Bo")', "bo@example.org", ""),
        ("＝1+1", "wide@example.org", ""),
        header=("Name", "E-mail", "Phone", "Preferred name"),
    )
    address = imported(bob, sheet)
    with inside():
        ada = Client.objects.get(email="ada@example.org")
        assert (ada.phone, ada.preferred_name) == ("4930123456", "2026-03-01")
        refused = ImportedRow.objects.filter(fate=Fate.REFUSE)
        assert [row.remarks for row in refused] == [{"name": "formula"}] * 2
    report = bob.get(f"{address}rows/").content.decode()
    assert "'=HYPERLINK" in report
    assert "'＝1+1" in report


def test_every_bad_row_says_why_and_the_good_ones_go_in(
    bob: Browser, cast: Cast, inside: Callable[[], object]
) -> None:
    sheet = csv(
        ("Good", "good@example.org", "", "", "", ""),
        ("", "nobody@example.org", "", "", "", ""),
        ("No Address", "not an address", "", "", "", ""),
        ("Twice", "GOOD@example.org", "", "", "", ""),
        ("Known", cast.carol_client.email.upper(), "", "", "", ""),
        ("Day", "day@example.org", "", "31.02.2026", "Nothing", ""),
        ("Coach", "coach@example.org", "", "", "", "olga@harbour.example"),
        ("Myself", cast.bob.user.email, "", "", "", ""),
    )
    address = checked(bob, sheet)
    with inside():
        assert not Client.objects.filter(email="good@example.org").exists()
        fates = {row.number: (row.fate, row.remarks) for row in ImportedRow.objects.all()}
    assert fates == {
        2: ("add", {}),
        3: ("refuse", {"name": "missing"}),
        4: ("refuse", {"email": "no_address"}),
        5: ("refuse", {"email": "twice:2"}),
        6: ("skip", {"email": "hint_there"}),
        7: ("refuse", {"program": "no_program", "starts_on": "no_date"}),
        8: ("refuse", {"coach": "no_coach"}),
        9: ("refuse", {"email": "coach_themself"}),
    }
    page = bob.get(address).content.decode()
    assert "is not an e-mail address" in page
    assert "stands in row 2 already" in page
    bob.post(f"{address}go/")
    drain()
    with inside():
        assert Client.objects.filter(email="good@example.org").count() == 1


def test_a_client_of_somebody_else_is_left_alone_and_not_shown(
    cast: Cast, visit: Visit, acting: Callable[[Person], object]
) -> None:
    address = checked(
        visit(cast.olga),
        csv(("New Name", cast.carol_client.email), header=("Name", "E-mail")),
        existing="update",
    )
    with acting(cast.olga):
        row = ImportedRow.objects.get(transfer=transfer_at(address))
        assert (row.fate, row.client_id) == (Fate.SKIP, None)


def test_a_client_who_is_there_gets_what_the_sheet_says_and_no_more(
    bob: Browser, cast: Cast, inside: Callable[[], object]
) -> None:
    sheet = csv(
        ("Carol Harbour", cast.carol_client.email, "+49 1"), header=("Name", "E-mail", "Phone")
    )
    imported(bob, sheet, existing="update")
    with inside():
        carol = Client.objects.get(pk=cast.carol_client.pk)
        assert (carol.phone, carol.time_zone) == ("+49 1", cast.carol_client.time_zone)


def test_the_same_sheet_twice_adds_nobody_twice(bob: Browser, inside: Callable[[], object]) -> None:
    sheet = csv(("Ada", "ada@example.org"), header=("Name", "E-mail"))
    imported(bob, sheet)
    address = imported(bob, sheet)
    with inside():
        assert transfer_at(address).report == {"skip": 1}
        assert Client.objects.filter(email="ada@example.org").count() == 1


def test_a_lost_worker_is_followed_by_one_that_goes_on_where_it_stopped(
    bob: Browser,
    cast: Cast,
    inside: Callable[[], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(applying, "CHUNK", 2)
    rows = [(f"Client {n}", f"c{n}@example.org") for n in range(5)]
    address = checked(bob, csv(*rows, header=("Name", "E-mail")))
    bob.post(f"{address}go/")
    with inside():
        found = transfer_at(address)
        Transfer.objects.filter(pk=found.pk).update(state=State.RUNNING)
    add, calls = applying.add_clients, []

    def die_in_the_second(**kwargs: object) -> object:
        calls.append(1)
        made = add(**kwargs)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(applying, "add_clients", die_in_the_second)
    practice, pk, turn = found.practice_id, found.pk, found.turn
    assert applying.apply_chunk(practice, pk, turn) is True
    with pytest.raises(KeyboardInterrupt):
        applying.apply_chunk(practice, pk, turn)
    with inside():
        assert (transfer_at(address).done, _added()) == (2, 2)
    drain()
    with inside():
        assert (transfer_at(address).state, transfer_at(address).done) == (State.DONE, 5)
        assert _added() == 5
        assert Client.objects.filter(email__startswith="c").count() == 5 + 1  # and Carol


def _added() -> int:
    return int(ImportedRow.objects.filter(fate=Fate.ADDED).count())


def test_going_ahead_twice_and_a_late_worker_do_it_once(
    bob: Browser, inside: Callable[[], object]
) -> None:
    address = imported(bob, csv(("Ada", "ada@example.org"), header=("Name", "E-mail")))
    assert bob.post(f"{address}go/").status_code == 302
    with inside():
        found = transfer_at(address)
    assert applying.apply_chunk(found.practice_id, found.pk, found.turn) is False
    assert (
        checking.check_chunk(found.practice_id, found.pk, found.turn - 1, checking.Reader())
        is False
    )


def test_an_import_can_be_taken_back_where_nobody_built_on_it(
    bob: Browser, cast: Cast, inside: Callable[[], object]
) -> None:
    with inside():
        install_starter_program(now=cast.carol_engagement.created_at)
    header = ("Name", "E-mail", "Program", "Sponsor")
    address = imported(
        bob,
        csv(
            ("Ada", "ada@example.org", PROGRAM, "Nova"),
            ("Bo", "bo@example.org", PROGRAM, "Nova"),
            header=header,
        ),
    )
    with inside():
        bo = Client.objects.get(email="bo@example.org")
    bob.post(f"/coach/harbour/clients/{bo.pk}/invite/")
    assert bob.post(f"{address}undo/").status_code == 302
    drain()
    with inside():
        assert not Client.objects.filter(email="ada@example.org").exists()
        assert Engagement.objects.filter(client=bo).exists()
        assert SponsorOrganisation.objects.filter(name="Nova").exists()
        assert transfer_at(address).report == {"undone": 1, "kept": 1}
    assert "worked with since" in bob.get(address).content.decode()


def test_who_begins_gets_the_steps_of_the_program_and_who_began_long_ago_does_not(
    bob: Browser, cast: Cast, inside: Callable[[], object]
) -> None:
    with inside():
        install_starter_program(now=cast.carol_engagement.created_at)
    header = ("Name", "E-mail", "Program", "Start")
    sheet = csv(
        ("Ada", "ada@example.org", PROGRAM, "2098-03-02"),
        ("Bo", "bo@example.org", PROGRAM, "2020-03-02"),
        header=header,
    )
    address = checked(bob, sheet)
    assert "No mail goes out" in bob.get(address).content.decode()
    bob.post(f"{address}go/")
    drain()
    with inside():
        steps = OnboardingStep.objects.filter(engagement__client__email="ada@example.org")
        found = dict(steps.values_list("kind", "due_on"))
        assert found["agreement"] == date(2098, 2, 23)
        assert len(found) == 5
        assert not OnboardingStep.objects.filter(engagement__client__name="Bo").exists()


def test_an_import_is_not_taken_back_where_its_onboarding_has_begun(
    bob: Browser, cast: Cast, inside: Callable[[], object]
) -> None:
    with inside():
        install_starter_program(now=cast.carol_engagement.created_at)
    header = ("Name", "E-mail", "Program")
    address = imported(bob, csv(("Ada", "ada@example.org", PROGRAM), header=header))
    with inside():
        step = OnboardingStep.objects.filter(kind="letter").get(engagement__client__name="Ada")
        settle_step(step=step, by=cast.bob.membership, now=step.created_at)
    bob.post(f"{address}undo/")
    drain()
    with inside():
        assert transfer_at(address).report == {"kept": 1}


def test_stopping_keeps_what_is_done_and_does_no_more(
    bob: Browser, inside: Callable[[], object]
) -> None:
    address = checked(bob, csv(("Ada", "ada@example.org"), header=("Name", "E-mail")))
    bob.post(f"{address}cancel/")
    bob.post(f"{address}go/")
    drain()
    with inside():
        assert transfer_at(address).state == State.CANCELLED
        assert not Client.objects.filter(email="ada@example.org").exists()


def test_wrong_columns_are_said_beside_their_fields(bob: Browser) -> None:
    answer = upload(bob, csv(("x", "y"), header=("Apples", "Pears")))
    columns = answer["Location"]
    values = {field.name: field.value() or "" for field in bob.get(columns).context["form"]}
    assert bob.post(columns, values | {"column_phone": "0", "column_coach": "0"}).status_code == 422
    page = bob.post(columns, values | {"column_phone": "0", "column_employer": "0"})
    assert set(page.context["form"].errors) == {"column_name", "column_email", "column_employer"}


def test_first_and_family_name_may_stand_in_two_columns(
    bob: Browser, inside: Callable[[], object]
) -> None:
    header = ("Vorname", "Nachname", "Mail")
    rows = (("Ada", "Grün", "ada@example.org"), ("Eva", "=A1&B1", "eva@example.org"))
    address = imported(bob, csv(*rows, header=header))
    with inside():
        assert Client.objects.get(email="ada@example.org").name == "Ada Grün"
        refused = ImportedRow.objects.get(transfer=transfer_at(address), fate=Fate.REFUSE)
        assert refused.remarks == {"family_name": "formula"}


BIG = "\n".join(["Name,E-mail", *(f"N{n},n{n}@x.example" for n in range(200_000))])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BIG, "more than 50,000 rows"),
        ("Name,E-mail\n", "no rows"),
        ("", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "neither CSV nor XLSX"),
        (b"PK\x03\x04 nothing", "neither CSV nor XLSX"),
        (b"Name,E-mail\nJ\x81rg,x@example.org\n", "cannot be read"),
        (b"x" * 20_000_001, "larger than 20 MB"),
        (",".join(str(n) for n in range(200)) + "\n1\n", "more than 100 columns"),
    ],
    ids=["200,000 rows", "header", "empty", "picture", "zip", "encoding", "large", "wide"],
)
def test_what_cannot_be_imported_is_refused_at_once(
    bob: Browser, content: str | bytes, says: str
) -> None:
    answer = upload(bob, content)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_a_workbook_that_swells_is_not_opened(bob: Browser) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row>" + b" " * 60_000_000)
    answer = upload(bob, target.getvalue(), "bomb.xlsx")
    assert "out of all proportion" in answer.content.decode()


def test_a_workbook_of_too_many_rows_is_refused_before_it_is_read(bob: Browser) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        rows = b"".join(b'<row r="%d"><c><v>%d</v></c></row>' % (n, n) for n in range(60_000))
        archive.writestr("xl/worksheets/sheet1.xml", b"<sheetData>" + rows)
    answer = upload(bob, target.getvalue(), "long.xlsx")
    assert "more than 50,000 rows" in answer.content.decode()


def test_whoever_lost_the_right_meanwhile_imports_nothing(
    bob: Browser, cast: Cast, inside: Callable[[], object], acting: Callable[[Person], object]
) -> None:
    address = checked(bob, csv(("Ada", "ada@example.org"), header=("Name", "E-mail")))
    bob.post(f"{address}go/")
    with acting(cast.alice):
        membership = cast.bob.membership
        membership.roles = ["supervisor"]
        membership.save(update_fields=["roles"])
    drain()
    with inside():
        assert transfer_at(address).problem == "no_longer_allowed"
        assert not Client.objects.filter(email="ada@example.org").exists()


def test_others_do_not_find_the_import(bob: Browser, cast: Cast, visit: Visit) -> None:
    address = checked(bob, csv(("Ada", "ada@example.org"), header=("Name", "E-mail")))
    for person in (cast.alice, cast.olga, cast.vera, cast.mallory):
        for path in ("", "columns/", "rows/", "file/"):
            assert visit(person).get(f"{address}{path}").status_code == 404
        assert visit(person).post(f"{address}go/").status_code == 404


def test_a_second_factor_is_asked_for_first(bob: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coachops.transfer.views.imports.has_second_factor", lambda _request: False)
    answer = upload(bob, csv(("Ada", "ada@example.org"), header=("Name", "E-mail")))
    assert answer.status_code == 422
    assert "second factor" in answer.content.decode()


def test_only_owners_learn_who_is_somebody_elses_client(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Olga coaches neither of the two; to her they are like any address she cannot add."""
    sheet = csv(("Carol", "carol@harbour.example"), ("Dave", "dave@harbour.example"))
    alice, olga = visit(cast.alice), visit(cast.olga)
    assert "is a client already" in alice.get(checked(alice, sheet)).content.decode()
    page = olga.get(checked(olga, sheet)).content.decode()
    assert "ask an owner" in page
    assert "is a client" not in page
    monkeypatch.setattr(checking, "MOST_OF_OTHERS", 1)
    refused = olga.get(checked(olga, sheet)).content.decode()
    assert "cannot be added by you. Ask an owner" in refused
    assert "dave@harbour.example" not in refused
