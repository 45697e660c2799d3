"""Takes back what an import added, where nobody has built on it since."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from clients.models import (
    Client,
    ClientKey,
    CoachAssignment,
    Engagement,
    OnboardingStep,
    SponsorContact,
    SponsorOrganisation,
)
from coachops.audit.models import AuditEvent
from coachops.audit.record import record_all
from coachops.tenancy.models import PracticeModel
from coachops.tenancy.scope import current_practice_id, scope, system_scope, transferring
from coachops.transfer.models import ImportedRow, Transfer
from coachops.transfer.policies import Fate, Problem, TransferRefused
from coachops.transfer.services import orders
from coachops.transfer.services.acting import acting_for
from coachops.transfer.services.fates import counts_of, write_fates
from programs.models import EngagementPlan, LedgerAccount, LedgerEntry

CHUNK: Final = 500

# What the import itself made for a client; anything else that names the client was added since.
_CAME_ALONG: Final = {ClientKey, CoachAssignment, Engagement, ImportedRow}
_OF_ENGAGEMENT: Final = {EngagementPlan, LedgerAccount, OnboardingStep}
_EXPECTED: Final = {"client.added", "coach.assigned", "engagement.opened"}


def undo_chunk(practice_id: UUID, transfer_id: UUID, turn: int) -> bool:
    """The next rows in a transaction of their own. True if there are more."""
    with acting_for(practice_id, transfer_id) as (transfer, _):
        if transfer.turn != turn or not transfer.is_moving:
            return False
        return _undo(transfer, timezone.now())


def _undo(transfer: Transfer, now: datetime) -> bool:
    added = ImportedRow.objects.filter(transfer=transfer, fate=Fate.ADDED)
    waiting = added.select_related("client").order_by("number")
    if not transfer.total:
        transfer.total = waiting.count()
    rows = list(waiting[:CHUNK])
    ids = [row.client_id for row in rows if row.client_id]
    _hold(ids)
    touched = _built_on(ids) | _touched(ids)
    gone = [row for row in rows if row.client_id and row.client_id not in touched]
    for row in rows:
        row.fate = Fate.UNDONE if row in gone or row.client_id is None else Fate.KEPT
        if row.fate == Fate.KEPT:
            row.remarks = {"name": "hint_built_on"}
    _remove(gone, now)
    for row in gone:
        row.client = None
    write_fates(rows)
    transfer.done += len(rows)
    if len(rows) < CHUNK:
        transfer.report = counts_of(transfer)
        orders.finish(transfer, now=now)
        return False
    transfer.save()
    return True


def _hold(client_ids: list[UUID]) -> None:
    """Whoever changes one of them at this moment is waited for, and then seen; who comes later
    waits, and finds it gone or kept."""
    with scope(system_scope(current_practice_id())):
        list(Client.objects.select_for_update().filter(pk__in=client_ids).order_by("pk"))


def _remove(rows: list[ImportedRow], now: datetime) -> None:
    clients = [row.client for row in rows]
    record_all(event="client.import_undone", subjects=[(each, {}) for each in clients], now=now)
    ids = [each.pk for each in clients]
    _delete(Engagement, Engagement.objects.filter(client__in=ids).values_list("pk", flat=True))
    _delete(Client, ids)
    companies = SponsorOrganisation.objects.filter(pk__in=[pk for row in rows for pk in row.made])
    used = {
        *Engagement.objects.filter(sponsor_organisation__in=companies).values_list(
            "sponsor_organisation_id", flat=True
        ),
        *SponsorContact.objects.filter(organisation__in=companies).values_list(
            "organisation_id", flat=True
        ),
    }
    _delete(SponsorOrganisation, [each.pk for each in companies if each.pk not in used])


def _delete(model: type[PracticeModel], ids: Iterable[UUID]) -> None:
    """As background work, which alone may remove people's records; who asked is in the audit trail.

    The database takes along what hangs on the rows, also what the member may not read.
    """
    wanted = list(ids)
    with scope(system_scope(current_practice_id())), connection.cursor() as cursor:
        cursor.execute(
            f'DELETE FROM "{model._meta.db_table}"'  # noqa: S608 -- a name of ours
            " WHERE practice_id = %s AND id = ANY(%s::uuid[])",
            [current_practice_id(), wanted],
        )
        if cursor.rowcount != len(wanted):
            raise TransferRefused(Problem.BROKEN)


def _touched(client_ids: list[UUID]) -> set[UUID]:
    """Who was invited or changed: there is an event about them that the import did not write."""
    engagements = dict(
        Engagement.objects.filter(client__in=client_ids).values_list("pk", "client_id")
    )
    events = AuditEvent.objects.filter(subject_id__in=[*client_ids, *engagements])
    changed = set(events.exclude(event__in=_EXPECTED).values_list("subject_id", flat=True))
    opened = LedgerEntry.objects.filter(account__engagement__in=engagements, sequence__gt=1)
    changed |= set(opened.values_list("account__engagement_id", flat=True))
    changed |= _taken_up(list(engagements))
    return {engagements.get(pk, pk) for pk in changed}


def _taken_up(engagement_ids: list[UUID]) -> set[UUID]:
    """Engagements of whose onboarding steps one was done, changed or added."""
    steps = dict(
        OnboardingStep.objects.filter(engagement__in=engagement_ids).values_list(
            "pk", "engagement_id"
        )
    )
    events = AuditEvent.objects.filter(subject_id__in=list(steps))
    return {steps[pk] for pk in events.values_list("subject_id", flat=True).distinct()}


def _built_on(ids: list[UUID]) -> set[UUID]:
    """Clients about whom there is anything that the import did not bring.

    Asked as the role that sees every table: also of what the member may not read, such as a
    private note, it has to be known that it is there.
    """
    engagements = dict(Engagement.objects.filter(client__in=ids).values_list("pk", "client_id"))
    with scope(system_scope(current_practice_id())), transferring():
        found = {pk for field in _naming(Client, _CAME_ALONG) for pk in _named(field, ids)}
        for field in _naming(Engagement, _OF_ENGAGEMENT):
            found |= {engagements[pk] for pk in _named(field, list(engagements))}
    return found


def _naming(
    target: type[PracticeModel], but: set[type[PracticeModel]]
) -> list["models.ForeignKey[Any, Any]"]:
    return [
        field
        for model in apps.get_models()
        if issubclass(model, PracticeModel) and model not in but
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.model is target
    ]


def _named(field: "models.ForeignKey[Any, Any]", ids: list[UUID]) -> set[UUID]:
    column, table = field.column, field.model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT DISTINCT "{column}" FROM "{table}"'  # noqa: S608 -- names of ours
            f' WHERE practice_id = %s AND "{column}" = ANY(%s::uuid[])',
            [current_practice_id(), ids],
        )
        return {row[0] for row in cursor.fetchall()}
