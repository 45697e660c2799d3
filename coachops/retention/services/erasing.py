"""Erasing a client: planned by an owner, confirmed, done in one transaction, with a receipt."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from clients.models import Client, Engagement, Enquiry
from clients.signals import client_erased
from coachops.audit.record import Fact, record
from coachops.practices.models import Membership
from coachops.retention.models import AccessRequest, Erasure
from coachops.retention.policies import TableRule, table_rules
from coachops.retention.services.acting import as_system
from coachops.retention.services.erasure_ledger import hash_of, write_missing
from coachops.retention.services.facts import keep_facts
from coachops.retention.services.holds import check_not_held
from coachops.retention.services.people import end_delegations, forget_messages, forget_person
from coachops.retention.services.removal import (
    remove_naming,
    remove_of_clients,
    remove_of_person,
)
from scheduling.models import Session
from scheduling.queries.archiving import coming_of

# Removed with the client's own row and with what hangs on it.
_LAST = frozenset({"clients.Client", "clients.Engagement"})
# The places in groups stay, for the others' sake, without a name.
_COPIED = frozenset({"scheduling.Seat"})


class NotArchived(Exception):
    """The record is in use: archive it first, which cancels what is ahead and tells everybody."""


class StillAhead(Exception):
    """Something is booked that would have to be cancelled before."""


class AlreadyPlanned(Exception):
    """One plan is enough."""


class NotPlanned(Exception):
    """It was called off, or is done."""


@transaction.atomic
def plan_erasure(*, client: Client, basis: str, by: Membership, now: datetime) -> Erasure:
    """First of two steps: nothing is touched. Raises OnHold, NotArchived, StillAhead,
    AlreadyPlanned."""
    check_not_held(client)
    if client.archived_at is None:
        raise NotArchived
    if coming_of(client, now).ids:
        raise StillAhead
    try:
        with transaction.atomic():
            erasure: Erasure = Erasure.objects.create(
                client=client,
                client_hash=hash_of(client.practice_id, client.pk),
                basis=basis,
                planned_by=by,
                planned_at=now,
            )
    except IntegrityError:
        raise AlreadyPlanned from None
    record(event="erasure.planned", subject=client, now=now, facts={"basis": basis})
    return erasure


@transaction.atomic
def call_off(*, erasure: Erasure, now: datetime) -> None:
    """The client stays. Raises NotPlanned."""
    changed = Erasure.objects.filter(pk=erasure.pk, state=Erasure.State.PLANNED).update(
        state=Erasure.State.WITHDRAWN
    )
    if not changed:
        raise NotPlanned
    record(event="erasure.called_off", subject=erasure, now=now)


@transaction.atomic
def carry_out(*, erasure: Erasure, now: datetime) -> Erasure:
    """Second step: destroys at once and for good. Raises NotPlanned, OnHold, StillAhead."""
    locked = Erasure.objects.select_for_update(of=("self",)).select_related("client", "planned_by")
    planned = locked.filter(pk=erasure.pk, state=Erasure.State.PLANNED).first()
    if planned is None or planned.client is None:
        raise NotPlanned
    return erase_client(
        client=planned.client, basis=planned.basis, by=planned.planned_by, now=now, plan=planned
    )


@transaction.atomic
def erase_client(
    *,
    client: Client,
    basis: str,
    by: Membership | None,
    now: datetime,
    plan: Erasure | None = None,
) -> Erasure:
    """Copy the facts that name nobody, then destroy the client and everything that hangs on them.

    Nothing is read of what is destroyed but keys and the names of files. Raises OnHold, StillAhead.
    """
    with as_system():
        client = Client.objects.select_for_update().get(pk=client.pk)
        check_not_held(client)
        if coming_of(client, now).ids:
            raise StillAhead
        ids = _ids_of(client)
        erasure = plan or Erasure(
            client_hash=hash_of(client.practice_id, client.pk),
            basis=basis,
            planned_by=by,
            planned_at=now,
        )
        _settle_plans(client, erasure)
        _answer_requests(client, now)
        end_delegations(client=client, now=now)
        kept = keep_facts(client=client, now=now)
        destroyed = _destroy(client, ids, now)
        _write_receipt(erasure, destroyed, kept, now)
        facts: dict[str, Fact] = {"basis": basis, "rows": sum(destroyed.values())}
        record(event="client.erased", subject=erasure, now=now, facts=facts)
    transaction.on_commit(lambda: _to_ledger(erasure))
    return erasure


def receipt_hash(erasure: Erasure) -> str:
    """SHA-256 over everything the receipt says, so that a changed one is known."""
    said = {
        "practice": str(erasure.practice_id),
        "client": erasure.client_hash,
        "basis": erasure.basis,
        "destroyed": erasure.destroyed,
        "kept": erasure.kept,
        "done_at": erasure.done_at.isoformat() if erasure.done_at else "",
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _destroy(client: Client, ids: list[UUID], now: datetime) -> Counter[str]:
    email, membership = client.email, client.membership
    addresses = {email, membership.user.email if membership is not None else email}
    addresses.discard("")  # a team has none, and neither have other people's groups
    destroyed: Counter[str] = Counter()
    destroyed += remove_of_clients(rules=_everything(), clients=[client.pk])
    for address in sorted(addresses):
        destroyed += forget_messages(email=address, ids=ids)
    # Subjects of mails to those who worked with them name them.
    destroyed += remove_naming(
        model="correspondence.MailLogEntry", column="subject", name=client.name
    )
    _delete("clients_engagement", "client_id", client.pk)
    if email:
        Session.objects.filter(client=None, guest_email__iexact=email).delete()
        Enquiry.objects.filter(email__iexact=email).delete()
    if _delete("clients_client", "id", client.pk) != 1:
        raise RuntimeError("the client's row could not be deleted")
    destroyed["clients.Client"] += 1
    if membership is not None:
        destroyed += remove_of_person(rules=_of_people(), membership_id=membership.pk)
        destroyed += forget_person(membership=membership, now=now)
    client_erased.send(sender=Client, addresses=addresses, now=now)
    return destroyed


def _everything() -> Iterator[TableRule]:
    """Every table that leads to a client, but the rows that everything else hangs on."""
    for model, rule in table_rules().items():
        if rule.via and model not in _LAST | _COPIED:
            yield rule


def _of_people() -> Iterator[TableRule]:
    return (rule for rule in table_rules().values() if rule.person)


def _delete(table: str, column: str, key: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{table}" WHERE "{column}" = %s', [key])  # noqa: S608 -- names
        return int(cursor.rowcount)


def _ids_of(client: Client) -> list[UUID]:
    """What messages and links about the client are about."""
    engagements = list(Engagement.objects.filter(client=client).values_list("pk", flat=True))
    sessions = list(Session.objects.filter(client=client).values_list("pk", flat=True))
    found = [client.pk, *engagements, *sessions]
    if client.membership_id:
        found.append(client.membership_id)
    return found


def _settle_plans(client: Client, done: Erasure) -> None:
    """A plan that waits is overtaken where the period was over first."""
    waiting = Erasure.objects.filter(client=client, state=Erasure.State.PLANNED)
    waiting.exclude(pk=done.pk).update(state=Erasure.State.WITHDRAWN)


def _answer_requests(client: Client, now: datetime) -> None:
    """Whatever the client had asked for is settled by this."""
    AccessRequest.objects.filter(client=client, state=AccessRequest.State.OPEN).update(
        state=AccessRequest.State.ANSWERED, closed_at=now
    )


def _write_receipt(
    erasure: Erasure, destroyed: Counter[str], kept: Counter[str], now: datetime
) -> None:
    erasure.client = None
    erasure.state, erasure.done_at = Erasure.State.DONE, now
    erasure.destroyed, erasure.kept = dict(+destroyed), dict(kept)
    erasure.receipt_hash = receipt_hash(erasure)
    erasure.save()


def _to_ledger(erasure: Erasure) -> None:
    write_missing(erasures=[erasure])
