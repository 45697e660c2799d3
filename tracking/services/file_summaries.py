"""A few sentences for the file, and the client's word about who reads them."""

from datetime import datetime

from django.db import transaction

from clients.models import Client
from clients.queries.safes import safe_of
from coachops.audit.record import record
from coachops.practices.models import Membership
from scheduling.models import Session
from tracking.models import FileConsent, FileSummary
from tracking.policies.texts import tidy
from tracking.queries.clients import client_id_of
from tracking.services.versions import Saved, write_version


@transaction.atomic
def save_file_summary(
    *, session: Session, text: str, version: int, by: Membership, now: datetime
) -> Saved:
    """Save what `by` writes for the file, who read `version` before; the client reads it at once.

    Raises Conflict, TextTooLong.
    """
    text = tidy(text)
    client_id = client_id_of(session)
    blank = FileSummary(session=session, client_id=client_id, author=by, saved_at=now)
    rows = FileSummary.objects.filter(session=session, author=by)
    saved = write_version(rows, blank, safe_of(client_id), text=text, version=version)
    if saved.version != version:
        record(event="file_summary.saved", subject=session, now=now)
    return saved


@transaction.atomic
def agree_to_the_file(*, client: Client, by: Membership, now: datetime) -> None:
    """The client's own act: from now on the assistant reads what is written for the file."""
    _row, is_new = FileConsent.objects.get_or_create(client=client, defaults={"given_at": now})
    if is_new:
        record(event="file_summary.agreed", subject=client, now=now)


@transaction.atomic
def withdraw_from_the_file(*, client: Client, by: Membership, now: datetime) -> None:
    """The client's own act: at once, no assistant reads any of it."""
    count, _rows = FileConsent.objects.filter(client=client).delete()
    if count:
        record(event="file_summary.withdrawn", subject=client, now=now)
