"""What a client takes along: their own, and what was shared with them, made as themself.

It lies in the storage sealed with their key, for a week: whoever reads the storage or its backup
reads nothing, and once the key is destroyed nobody does.
"""

import io
import json
import tempfile
import zipfile
from typing import IO
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import timezone, translation

from clients.queries.safes import safe_of
from coachops.tenancy.scope import Scope, scope
from coachops.transfer.queries.own import client_of, own_data, own_files
from coachops.transfer.queries.tables import calendar_blocks
from coachops.transfer.services.acting import Actor, acting_for
from coachops.transfer.services.practice_export import finish_with_file

FORMAT = "coachops-own-data"
VERSION = 2


def make_own_archive(practice_id: UUID, transfer_id: UUID, turn: int) -> None:
    """From its beginning each time; the same rights as in the portal, and no trace as a reader."""
    with tempfile.TemporaryFile() as sealed:
        with acting_for(practice_id, transfer_id) as (_, actor):
            mine: Scope = Scope(
                user_id=actor.user.pk,
                practice_id=practice_id,
                membership_id=actor.membership.pk,
                roles=frozenset({"client"}),
            )
            with (
                scope(mine),
                translation.override(actor.user.language),
                timezone.override(actor.user.zone),
                tempfile.TemporaryFile() as plain,
            ):
                safe = safe_of(client_of(actor.membership).pk)
                _pack(plain, actor)
                size = plain.seek(0, io.SEEK_END)
                plain.seek(0)
                safe.close_file(plain, sealed, row_id=transfer_id)
        sealed.seek(0)
        finish_with_file(practice_id, transfer_id, turn, sealed, ending="sealed", size=size)


def _pack(file: IO[bytes], actor: Actor) -> None:
    data = own_data(actor.membership, actor.practice)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        document = {"format": FORMAT, "version": VERSION, **data}
        text = json.dumps(document, indent=1, ensure_ascii=False, default=str)
        target.writestr("my data.json", text)
        target.writestr("index.html", render_to_string("transfer/own_data.html", {"data": data}))
        sessions = calendar_blocks(client_of(actor.membership).pk)
        target.writestr("my sessions.ics", b"".join(sessions))
        for name, content in own_files(actor.membership):
            target.writestr(name, content)
