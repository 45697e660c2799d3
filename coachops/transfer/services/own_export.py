"""What a client takes along: their own, and what was shared with them, made as themself."""

import io
import json
import tempfile
import zipfile
from typing import Any
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from coachops.tenancy.scope import Scope, scope
from coachops.transfer.queries.own import own_data, own_reports
from coachops.transfer.queries.tables import calendar_file
from coachops.transfer.services.acting import acting_for
from coachops.transfer.services.practice_export import finish_with_file

FORMAT = "coachops-own-data"
VERSION = 1


def make_own_archive(practice_id: UUID, transfer_id: UUID, turn: int) -> None:
    """From its beginning each time; the same rights as in the portal, and no trace as a reader."""
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
        ):
            data = own_data(actor.membership, actor.practice)
            content = _packed(data, data.pop("_client_id"))
    name = f"{practice_id}/transfers/{transfer_id.hex}.{turn}.zip"
    if default_storage.exists(name):
        default_storage.delete(name)
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    kept = default_storage.save(name, File(content))
    content.close()
    finish_with_file(practice_id, transfer_id, turn, kept, size)


def _packed(data: dict[str, Any], client_id: UUID) -> Any:
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by the caller, after it was stored
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        document = {"format": FORMAT, "version": VERSION, **data}
        text = json.dumps(document, indent=1, ensure_ascii=False, default=str)
        target.writestr("my data.json", text)
        page = render_to_string("transfer/own_data.html", {"data": data})
        target.writestr("my data.html", page)
        target.writestr("my sessions.ics", calendar_file(client_id))
        for name, content in own_reports(client_id):
            target.writestr(name, content)
    return file
