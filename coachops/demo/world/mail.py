"""What Leyla and Sam were sent, whose mail comes back, and Jonas, who reads news on Mondays."""

from datetime import datetime, timedelta

from clients.models import Client
from coachops.correspondence.models import AddressBounce, MailLogEntry
from coachops.correspondence.policies import BounceReason, Digest, LogState
from coachops.correspondence.services.preferences import choose_mail
from coachops.demo.people import BY_HANDLE
from coachops.demo.world.cast import World
from coachops.tenancy.models import uuid7

YUKI = "yuki.sato@halden.example"
DAY = timedelta(days=1)

# Days ago, kind, subject, how far it came.
LEYLA = (
    (64, "clients.portal_invitation", "Your coaching with Maya: come in", LogState.SENT),
    (62, "clients.intake", "Before we begin: some questions", LogState.SENT),
    (55, "clients.intake", "Your questions still wait", LogState.OFF),
    (41, "scheduling.confirmed", "Booked: session with Maya Lindqvist", LogState.SENT),
    (29, "scheduling.reminder", "Tomorrow: session with Maya Lindqvist", LogState.SENT),
    (27, "tracking.summary.shared", "Maya has shared a summary", LogState.SENT),
    (15, "scheduling.moved", "Moved: session with Maya Lindqvist", LogState.SENT),
    (13, "scheduling.reminder", "Tomorrow: session with Maya Lindqvist", LogState.GIVEN_UP),
)
SAM = (
    (33, "scheduling.confirmed", "Booked: session with Tomás Rivera", LogState.SENT),
    (20, "scheduling.reminder", "Tomorrow: session with Tomás Rivera", LogState.SENT),
)
YUKI_S = (
    (22, "scheduling.confirmed", "Booked: coaching session", LogState.SENT),
    (5, "scheduling.book_please", "Time for your next session", LogState.SENT),
    (1, "scheduling.reminder", "Tomorrow: coaching session", LogState.HELD),
)


def add_mail(world: World, now: datetime) -> None:
    """Some weeks of the mail log; what the demo sends from now on joins it by itself."""
    people = (
        (BY_HANDLE["leyla"].email, LEYLA),
        (BY_HANDLE["sam"].email, SAM),
        (YUKI, YUKI_S),
    )
    entries = []
    for address, lines in people:
        client = Client.objects.get(email=address)
        entries += [_entry(client, *line, now=now) for line in lines]
    back = entries[-2]
    back.bounced_at, back.bounce_reason = now - 5 * DAY, BounceReason.INVALID
    MailLogEntry.objects.bulk_create(entries)
    AddressBounce.objects.create(
        address=YUKI, client=back.client, reason=BounceReason.INVALID, bounced_at=now - 5 * DAY
    )
    jonas = BY_HANDLE["jonas"].email
    choose_mail(address=jonas, client_id=None, chosen={"digest": Digest.WEEKLY}, now=now)


def _entry(
    client: Client, days: int, kind: str, subject: str, state: LogState, *, now: datetime
) -> MailLogEntry:
    at = (now - days * DAY).replace(hour=days % 9 + 7, minute=days * 7 % 60, second=0)
    return MailLogEntry(
        message_id=uuid7(),
        kind=kind,
        address=client.email,
        client=client,
        subject=subject,
        state=state,
        written_at=at,
        settled_at=at,
    )
