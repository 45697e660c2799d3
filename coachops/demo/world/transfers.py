"""A sheet that the owner imported two days ago, and an archive that has been deleted since."""

from datetime import datetime, timedelta
from typing import Final

from clients.models import Client
from coachops.demo.world.cast import World, scope_of
from coachops.practices.models import Membership
from coachops.tenancy.scope import scope
from coachops.transfer.models import ImportedRow, Transfer
from coachops.transfer.policies import Fate, Kind, State, Step
from coachops.transfer.services.orders import KEPT_FOR

_COLUMNS: Final = {"name": 0, "email": 1, "phone": 2}
_REFUSED: Final = {"name": "Nadia Petrova", "email": "nadia.petrova(at)brightwater.example"}
_FATES: Final = (Fate.UPDATED, Fate.UPDATED, Fate.SKIP)


def add_transfers(world: World, now: datetime) -> None:
    """Three known clients and a row that was refused; and an export of six weeks ago."""
    owner = world.coaches["maya"]
    with scope(scope_of(owner)):
        _add_sheet(owner, now - timedelta(days=2))
        _add_archive(owner, now - timedelta(days=42))


def _add_sheet(owner: Membership, at: datetime) -> None:
    people = list(Client.objects.order_by("name")[: len(_FATES)])
    sheet = Transfer(
        kind=Kind.CLIENTS_IN,
        step=Step.APPLY,
        state=State.DONE,
        asked_by=owner,
        file_name="phone numbers from the old address book.csv",
        choices={"columns": _COLUMNS, "existing": "update", "onboarding": "coming"},
        report={Fate.UPDATED: 2, Fate.SKIP: 1, Fate.REFUSE: 1},
        total=len(people) + 1,
        done=len(people) + 1,
        created_at=at,
        finished_at=at + timedelta(seconds=9),
        expires_at=at + KEPT_FOR,
    )
    sheet.insert()
    rows = [
        ImportedRow(
            transfer=sheet,
            number=number,
            cells={"name": client.name, "email": client.email, "phone": client.phone},
            fate=fate,
            remarks={"email": "hint_there"},
            client=client,
        )
        for number, (client, fate) in enumerate(zip(people, _FATES, strict=False), start=2)
    ]
    refused = ImportedRow(
        transfer=sheet,
        number=len(people) + 2,
        cells=_REFUSED,
        fate=Fate.REFUSE,
        remarks={"email": "no_address"},
    )
    ImportedRow.objects.bulk_create([*rows, refused])


def _add_archive(owner: Membership, at: datetime) -> None:
    Transfer(
        kind=Kind.PRACTICE_OUT,
        step=Step.APPLY,
        state=State.DONE,
        asked_by=owner,
        result_size=1_840_000,
        created_at=at,
        finished_at=at + timedelta(seconds=31),
        expires_at=at + KEPT_FOR,
        removed_at=at + KEPT_FOR,
    ).insert()
