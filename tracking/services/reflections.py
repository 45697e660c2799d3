"""What the client writes between sessions. Only the client changes who may read it."""

from datetime import datetime

from django.db import transaction

from clients.models import Client
from clients.queries.safes import safe_of
from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import confidential
from coachops.tenancy.turns import made_just_now, take_turn
from tracking.models import Reflection
from tracking.policies.texts import NothingToShare, tidy
from tracking.services.versions import Saved, write_version


@transaction.atomic
def write_reflection(
    *, client: Client, text: str, by: Membership, now: datetime, share: bool = False
) -> Reflection:
    """Keep it, for the client alone unless `share`; a second click finds it.

    Raises TextTooLong, NothingToShare (empty).
    """
    text = tidy(text)
    if not text.strip():
        raise NothingToShare
    take_turn(f"reflection:{client.pk}")
    row_id = uuid7()
    with confidential():
        safe = safe_of(client.pk)
        same = Reflection.objects.filter(client=client, shared_at__isnull=not share)
        for written in made_just_now(same, now=now, at="written_at"):
            if safe.open(written.sealed_body, row_id=written.pk) == text:
                return written  # type: ignore[no-any-return]
        reflection = Reflection.objects.create(
            id=row_id,
            client=client,
            sealed_body=safe.close(text, row_id=row_id),
            written_at=now,
            shared_at=now if share else None,
        )
    if share:
        record(event="reflection.shared", subject=reflection, now=now)
    return reflection  # type: ignore[no-any-return]


@transaction.atomic
def edit_reflection(
    *, reflection: Reflection, text: str, version: int, by: Membership, now: datetime
) -> Saved:
    """Other words, as the version after `version`; who may read them stays the same.

    Raises Conflict, TextTooLong, NothingToShare (empty), Reflection.DoesNotExist (deleted).
    """
    text = tidy(text)
    if not text.strip():
        raise NothingToShare
    with confidential():
        rows = Reflection.objects.filter(pk=reflection.pk)
        stored = rows.select_for_update().get()
        blank = Reflection(client_id=stored.client_id, written_at=now, saved_at=now)
        saved = write_version(rows, blank, safe_of(stored.client_id), text=text, version=version)
    if stored.shared_at is not None and saved.version != stored.version:
        record(event="reflection.edited", subject=reflection, now=now)
    return saved


@transaction.atomic
def share_reflection(*, reflection: Reflection, by: Membership, now: datetime) -> None:
    """The coach may read it from now on."""
    with confidential():
        unshared = Reflection.objects.filter(pk=reflection.pk, shared_at=None)
        changed = unshared.update(shared_at=now)
    if changed:
        record(event="reflection.shared", subject=reflection, now=now)


@transaction.atomic
def unshare_reflection(*, reflection: Reflection, by: Membership, now: datetime) -> None:
    """The coach reads it no more, from this moment."""
    with confidential():
        changed = (
            Reflection.objects.filter(pk=reflection.pk)
            .exclude(shared_at=None)
            .update(shared_at=None)
        )
    if changed:
        record(event="reflection.unshared", subject=reflection, now=now)


@transaction.atomic
def delete_reflection(*, reflection: Reflection, by: Membership, now: datetime) -> None:
    """Gone for good. That it was there leaves no trace, except if it had been shared."""
    with confidential():
        Reflection.objects.filter(pk=reflection.pk).delete()
    if reflection.shared_at is not None:
        record(event="reflection.deleted", subject=reflection, now=now)
