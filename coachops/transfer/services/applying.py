"""The import itself: what the dry run promised, some hundred rows in one transaction at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from clients.models import Client, SponsorOrganisation
from clients.services.batches import NewClient, add_clients
from clients.services.clients import edit_client
from clients.services.sponsors import add_organisation
from coachops.transfer.models import ImportedRow, Transfer
from coachops.transfer.policies import Fate
from coachops.transfer.policies.columns import DETAILS, Column
from coachops.transfer.services import orders
from coachops.transfer.services.acting import Actor, acting_for
from coachops.transfer.services.fates import counts_of, write_fates
from coachops.transfer.services.judging import Verdict, World, addresses_of, judge, look_around
from programs.services.batches import NewEngagement, open_engagements

CHUNK = 500
_OWN = (Column.PREFERRED_NAME, Column.PHONE, Column.JOB_TITLE, Column.EMPLOYER)
_WANTED = [Fate.ADD, Fate.UPDATE]


def apply_chunk(practice_id: UUID, transfer_id: UUID, turn: int) -> bool:
    """The next rows in a transaction of their own. True if there are more.

    What is committed has another fate afterwards, so that nothing is ever done twice.
    """
    with acting_for(practice_id, transfer_id) as (transfer, actor):
        if transfer.turn != turn or not transfer.is_moving:
            return False
        return _apply(transfer, actor, timezone.now())


def _apply(transfer: Transfer, actor: Actor, now: datetime) -> bool:
    waiting = ImportedRow.objects.filter(transfer=transfer, fate__in=_WANTED)
    if not transfer.total:
        transfer.total = waiting.count()
    rows = list(waiting.order_by("number")[:CHUNK])
    world = look_around(actor, transfer.choices, addresses_of(row.cells for row in rows))
    judged = [(row, _again(row, world)) for row in rows]
    _add([each for each in judged if each[1].fate == Fate.ADD], world, now)
    for row, verdict in judged:
        if verdict.fate == Fate.UPDATE:
            _update(row, verdict, actor, now)
    write_fates(rows)
    transfer.done += len(rows)
    if rows:
        transfer.position = rows[-1].number
    if len(rows) < CHUNK:
        transfer.report = counts_of(transfer)
        orders.finish(transfer, now=now)
        return False
    transfer.save()
    return True


def _again(row: ImportedRow, world: World) -> Verdict:
    """The world may have changed since the dry run: a row says then why it does less."""
    verdict = judge(row.number, row.cells, world)
    row.remarks = verdict.remarks
    if verdict.fate == Fate.UPDATE and row.fate == Fate.ADD:
        verdict.fate = Fate.SKIP
    if verdict.fate in {Fate.SKIP, Fate.REFUSE}:
        row.fate = verdict.fate
    return verdict


def _add(judged: Sequence[tuple[ImportedRow, Verdict]], world: World, now: datetime) -> None:
    clients = add_clients(clients=[_new_client(row, each) for row, each in judged], now=now)
    for (row, _), client in zip(judged, clients, strict=True):
        row.client, row.fate = client, Fate.ADDED
    wanted = [
        (row, _engagement(row, verdict, client, world, now))
        for (row, verdict), client in zip(judged, clients, strict=True)
        if verdict.version is not None
    ]
    opened = open_engagements(orders=[order for _, order in wanted], now=now)
    for (row, _), engagement in zip(wanted, opened, strict=True):
        row.made = [*row.made, engagement.pk]


def _new_client(row: ImportedRow, verdict: Verdict) -> NewClient:
    assert verdict.coach is not None  # noqa: S101 -- a row without a coach is refused
    return NewClient(
        name=row.cells[Column.NAME],
        email=row.cells[Column.EMAIL],
        time_zone=verdict.time_zone,
        coach=verdict.coach,
        details={str(column): row.cells.get(column, "") for column in _OWN},
    )


def _engagement(
    row: ImportedRow, verdict: Verdict, client: Client, world: World, now: datetime
) -> NewEngagement:
    assert verdict.coach is not None and verdict.version is not None  # noqa: S101, PT018
    today = timezone.localdate(now, timezone=world.actor.practice.zone)
    starts_on = verdict.starts_on or today
    order = NewEngagement(
        client=client,
        coach=verdict.coach,
        version=verdict.version,
        starts_on=starts_on,
        ends_on=verdict.ends_on,
        sessions=verdict.sessions,
        title=row.cells.get(Column.TITLE, ""),
        is_beginning=world.onboards_all or starts_on >= today,
    )
    if not verdict.organisation:
        return order
    return replace(order, organisation=_organisation(row, verdict.organisation, world, now))


def _organisation(row: ImportedRow, name: str, world: World, now: datetime) -> SponsorOrganisation:
    """The company of that name; the first row that names a new one brings it."""
    known = world.organisations.get(name.casefold())
    if known is None:
        known = add_organisation(name=name, now=now)
        world.organisations[name.casefold()] = known
        row.made = [*row.made, known.pk]
    return known


def _update(row: ImportedRow, verdict: Verdict, actor: Actor, now: datetime) -> None:
    """What the sheet leaves empty stays as it is."""
    client = Client.objects.get(pk=verdict.client_id)
    details = {str(column): row.cells[column] for column in DETAILS if row.cells.get(column)}
    if Column.TIME_ZONE in details:
        details[Column.TIME_ZONE] = verdict.time_zone
    edit_client(client=client, by=actor.membership, now=now, **details)
    row.client, row.fate = client, Fate.UPDATED
