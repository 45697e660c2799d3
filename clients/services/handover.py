"""When another coach takes over: the brief for them, and what the client passes on.

That nothing else of before reaches a later coach is the database's doing, not this module's: see
the policies `sees_since`.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from clients.models import (
    BriefStanding,
    Client,
    CoachAssignment,
    HandedOn,
    Handover,
    HandoverBrief,
)
from clients.queries.clients import has_portal
from clients.queries.safes import safe_of
from clients.services.handover_asking import begin_to_ask, settle_asking, show_brief_by_link
from clients.services.notices import Notice, tell
from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.tenancy.scope import confidential

LONGEST_BRIEF: Final = 20_000


class NothingWritten(Exception):
    """An empty brief is not shared."""


class BriefTooLong(Exception):
    """More than LONGEST_BRIEF characters."""


class BriefIsShared(Exception):
    """What the client reads stands as it is; take it back to change it."""


class BriefChanged(Exception):
    """Another tab has saved a later version, which comes along."""

    def __init__(self, text: str, version: int) -> None:
        super().__init__(version)
        self.text, self.version = text, version


@transaction.atomic
def ask_what_passes_on(*, client: Client, assignment: CoachAssignment, now: datetime) -> None:
    """Ask the client, where somebody else has coached before. Once an assignment; not of a team.

    Without an answer nothing passes on. Whoever else coaches them is asked for a brief.
    """
    real = Q(ended_on=None) | Q(ended_on__gte=F("started_on"))
    earlier = CoachAssignment.objects.filter(real, client=client).exclude(pk=assignment.pk)
    if client.is_team or not earlier.exists():
        return
    handover, is_new = Handover.objects.get_or_create(
        assignment=assignment, defaults={"client": client, "asked_at": now}
    )
    if is_new:
        begin_to_ask(handover=handover, now=now)
        _want_briefs(client, assignment, now)
        record(
            event="handover.asked",
            subject=client,
            now=now,
            facts={"coach": str(assignment.coach_id)},
        )


@transaction.atomic
def save_brief(
    *,
    client: Client,
    text: str,
    version: int,
    next_coach: Membership | None,
    by: Membership,
    now: datetime,
) -> HandoverBrief:
    """Keep the draft of `by`, who coaches the client. `version` is the one read before, 0 for none.

    Raises BriefTooLong, BriefIsShared, BriefChanged.
    """
    text = text.strip()
    if len(text) > LONGEST_BRIEF:
        raise BriefTooLong
    safe = safe_of(client.pk)
    with confidential():
        brief = _own(client, by) or HandoverBrief(client=client, author=by, version=0)
        if brief.shared_at is not None:
            raise BriefIsShared
        if brief.version != version:
            raise BriefChanged(safe.open(bytes(brief.sealed_body), row_id=brief.pk), brief.version)
        brief.sealed_body = safe.close(text, row_id=brief.pk)
        brief.next_coach, brief.saved_at = next_coach, now
        brief.version += 1
        brief.save()
    return brief


@transaction.atomic
def share_brief(*, client: Client, brief: HandoverBrief, by: Membership, now: datetime) -> None:
    """The client reads it from now on, exactly as the next coach would, and decides about it.

    Raises NothingWritten.
    """
    if not safe_of(client.pk).open(bytes(brief.sealed_body), row_id=brief.pk):
        raise NothingWritten
    with confidential():
        rows = HandoverBrief.objects.filter(pk=brief.pk, author=by, shared_at=None)
        changed = rows.update(shared_at=now)
    if not changed:
        return
    _stand(client, by, shared_at=now, declined_at=None)
    record(event="brief.shared", subject=client, now=now)
    if has_portal(client):
        tell(readers=[client.membership], notice=Notice.BRIEF, client=client, coach=by, now=now)
    else:
        show_brief_by_link(client=client, now=now)


@transaction.atomic
def take_back_brief(*, client: Client, by: Membership, now: datetime) -> None:
    """Nobody but the author reads it any more; shared anew, the client decides anew."""
    with confidential():
        rows = HandoverBrief.objects.filter(client=client, author=by)
        changed = rows.exclude(shared_at=None).update(shared_at=None)
    if changed:
        _stand(client, by, shared_at=None)
        record(event="brief.taken_back", subject=client, now=now)


@transaction.atomic
def decline_brief(*, client: Client, by: Membership, now: datetime) -> None:
    """The coach writes none. They may think better of it."""
    _stand(client, by, declined_at=now)
    record(event="brief.declined", subject=client, now=now)


@transaction.atomic
def pass_on(
    *, handover: Handover, kinds: Collection[str], by: Membership | None, now: datetime
) -> frozenset[str]:
    """What the client passes on to this coach from now on: these kinds of content, and no others.

    None at all is an answer too. The coach is told that there is one. `by` is None for whoever came
    by a link. The answer: what passes on.
    """
    wanted = frozenset(kinds) & frozenset(HandedOn.Kind.values)
    Handover.objects.select_for_update().get(pk=handover.pk)
    present = HandedOn.objects.filter(assignment=handover.assignment_id, withdrawn_at=None)
    given = {row.kind: row for row in present}
    # What was shared anew since is a new thing to say yes to.
    ended = [
        row.pk for kind, row in given.items() if kind not in wanted or kind == HandedOn.Kind.BRIEF
    ]
    HandedOn.objects.filter(pk__in=ended).update(withdrawn_at=now)
    fresh = wanted - (set(given) - {HandedOn.Kind.BRIEF})
    HandedOn.objects.bulk_create(
        HandedOn(
            client_id=handover.client_id,
            assignment_id=handover.assignment_id,
            kind=kind,
            given_at=now,
        )
        for kind in sorted(fresh)
    )
    Handover.objects.filter(pk=handover.pk).update(answered_at=now)
    if handover.answered_at is None or wanted != set(given):
        _tell_coach(handover, wanted, by, now)
    settle_asking(handover=handover, by_link=by is None, now=now)
    return wanted


def _tell_coach(
    handover: Handover, wanted: frozenset[str], by: Membership | None, now: datetime
) -> None:
    client, coach = handover.client, handover.assignment.coach
    record(
        event="handover.answered",
        subject=client,
        now=now,
        facts={"coach": str(coach.pk), "kinds": sorted(wanted), "by_link": by is None},
    )
    if by is None or by.pk != coach.pk:
        tell(readers=[coach], notice=Notice.PASSED_ON, client=client, coach=coach, now=now)


def _own(client: Client, by: Membership) -> HandoverBrief | None:
    rows = HandoverBrief.objects.select_for_update().filter(client=client, author=by)
    found: HandoverBrief | None = rows.first()
    return found


def _want_briefs(client: Client, assignment: CoachAssignment, now: datetime) -> None:
    others = CoachAssignment.objects.current(assignment.started_on).filter(client=client)
    for other in others.exclude(coach=assignment.coach_id):
        _stand(client, other.coach_id, wanted_at=now)


def _stand(client: Client, author: Membership | UUID, **states: datetime | None) -> None:
    author_id = author.pk if isinstance(author, Membership) else author
    BriefStanding.objects.update_or_create(client=client, author_id=author_id, defaults=states)
