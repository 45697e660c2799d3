"""Opening an intake is the access check: the state for whoever organises, the answers for two."""

from datetime import datetime
from uuid import UUID

from clients.access.clients import client_for_member, client_with_safe, own_client_with_safe
from clients.models import Client, Intake
from clients.queries.safes import Safe
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.policies import Data, Viewer, may_read
from coachops.questionnaires.queries.opening import Opened


def client_with_answers(request: PracticeRequest, pk: UUID) -> tuple[Client, Safe | None]:
    """A client whose intake the member may chase, with the key if they may read it. Raises 404."""
    client, safe = client_with_safe(request, pk)
    is_open = safe is not None and may_read(Data.ANSWERS, [Viewer.ASSIGNED_COACH])
    return client, safe if is_open else None


def opened_intake(
    request: PracticeRequest, safe: Safe, client: Client, intake_id: UUID, *, now: datetime
) -> Opened | None:
    """A client's intake to read, if it was sent; with the read written down."""
    sent = Intake.objects.filter(client=client, withdrawn_at=None, response__sent_at__isnull=False)
    row = sent.select_related("response__version").filter(pk=intake_id).first()
    if row is None:
        return None
    record_read(
        client_id=client.pk,
        reader_id=request.membership.pk,
        kind=ContentKind.INTAKE,
        now=now,
    )
    return Opened(row.response, safe, request.membership)


def open_intake_for_member(request: PracticeRequest, pk: UUID) -> Intake:
    """One that waits for its answers, of a client whom the member may see. Raises 404."""
    found = found_or_404(
        Intake, Intake.objects.select_related("client").filter(pk=pk, closed_at=None)
    )
    client_for_member(request, found.client_id)
    return found


def own_intake(request: PracticeRequest, pk: UUID) -> tuple[Intake, Opened]:
    """An intake of the client who has signed in. Two statements. Raises 404."""
    client, safe = own_client_with_safe(request)
    rows = Intake.objects.select_related("response__version", "asked_by")
    intake = found_or_404(Intake, rows.filter(pk=pk, client=client, withdrawn_at=None))
    return intake, Opened(intake.response, safe, request.membership)
