"""Records: periods the owner chose, a request on the desk, a legal hold, an independent person,
some nights, and the receipt of somebody who was erased."""

from collections import Counter
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from clients.models import Client
from coachops.demo.people import BY_HANDLE
from coachops.demo.world.cast import World, scope_of
from coachops.practices.models import Membership
from coachops.retention.models import AccessRequest, Erasure, LegalHold, RetentionRun, SecondPerson
from coachops.retention.policies import Kind
from coachops.retention.services.erasing import receipt_hash
from coachops.retention.services.holds import place_hold
from coachops.retention.services.periods import choose_periods
from coachops.retention.services.requests import open_request
from coachops.tenancy.scope import scope, system_scope, transferring

NIGHTS: Final = 5
# Of somebody who was coached long ago: this is all that is left of them.
DESTROYED: Final = {
    "clients.Client": 1,
    "tracking.PrivateNote": 9,
    "tracking.SessionSummary": 8,
    "tracking.Reflection": 14,
    "tracking.GoalWording": 5,
    "clients.AgreementSignature": 3,
    "outbox.Message": 4,
    "files": 2,
    "sign-in": 1,
}
KEPT: Final = {"engagements": 1, "sessions": 10, "ledger": 11}


def add_records(world: World, now: datetime) -> None:
    """What the owner finds under Records and on the desk."""
    maya = world.coaches["maya"]
    ines = Membership.objects.get(user__email=BY_HANDLE["ines"].email)
    sam = Client.objects.get(email=BY_HANDLE["sam"].email)
    named_at = now - timedelta(days=60)
    # Nobody who is signed in writes down a date of before.
    with scope(system_scope(world.practice.pk)), transferring():
        SecondPerson(member=ines, named_by=maya, named_at=named_at).insert()
    with scope(scope_of(maya)):
        choose_periods(practice=world.practice, months={Kind.CONTENT: 18}, now=now)
        held = Client.objects.exclude(pk=sam.pk).filter(archived_at=None).order_by("name")
        client = held.exclude(email=BY_HANDLE["leyla"].email).first()
        if client is not None:
            place_hold(
                client=client, reason=LegalHold.Reason.CLAIM, by=maya, now=now - timedelta(days=12)
            )
        _nights(now)
        _receipt(maya, now.replace(hour=10, minute=12) - timedelta(days=40))
    open_request(
        client=sam,
        kind=AccessRequest.Kind.ACCESS,
        channel=AccessRequest.Channel.PORTAL,
        now=now - timedelta(days=9),
    )


def _nights(now: datetime) -> None:
    removed: tuple[dict[str, int], ...] = ({"content": 12, "ledger": 3}, {}, {}, {"content": 4}, {})
    RetentionRun.objects.bulk_create(
        RetentionRun(
            ran_at=now.replace(hour=2, minute=30) - timedelta(days=day),
            removed=counts,
            total=Counter(counts).total(),
        )
        for day, counts in zip(range(NIGHTS, 0, -1), removed, strict=True)
    )


def _receipt(by: Membership, moment: datetime) -> None:
    erasure = Erasure(
        client_hash=sha256(b"somebody who was coached long ago").hexdigest(),
        state=Erasure.State.DONE,
        basis=Erasure.Basis.ASKED,
        planned_by=by,
        planned_at=moment - timedelta(days=1),
        done_at=moment,
        destroyed=dict(DESTROYED),
        kept=dict(KEPT),
    )
    erasure.receipt_hash = receipt_hash(erasure)
    erasure.insert()
