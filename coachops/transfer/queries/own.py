"""Everything of a client that is theirs or was shared with them, for them to take along."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import Q

from clients.models import Client, DisclosureSignature, Engagement
from clients.queries.safes import Safe, safe_of
from clients.queries.who_looked import reads_of
from coachops.practices.models import Membership, Practice
from coachops.tenancy.scope import confidential
from scheduling.models import AgreedPoint, Seat, Session
from tracking.models import (
    ActionItem,
    Goal,
    GoalRating,
    GoalWording,
    ProgressReport,
    Reflection,
    ReportFile,
    SessionSummary,
    SponsorWording,
)

type Rows = list[dict[str, Any]]

_PROFILE: Final = (
    "name", "preferred_name", "email", "phone", "job_title", "employer", "time_zone",
    "session_title", "created_at",
)  # fmt: skip
_PAGES_OF_READS: Final = 200


def own_data(membership: Membership, practice: Practice) -> dict[str, Any]:
    """In the client's own scope. `_client_id` is for the caller and goes into no file."""
    client = Client.objects.get(membership=membership)
    with confidential():
        safe = safe_of(client.pk)
        return {
            "_client_id": client.pk,
            "practice": practice.name,
            "profile": {name: getattr(client, name) for name in _PROFILE},
            "engagements": _engagements(client.pk),
            "sessions": _sessions(client.pk),
            "goals": _goals(client.pk, safe),
            "actions": _actions(client.pk),
            "reflections": _reflections(client.pk, safe),
            "summaries": _summaries(client.pk, safe),
            "agreed_points": _agreed(client.pk),
            "reports": _reports(client.pk),
            "signatures": _signatures(client.pk),
            "who_looked": _reads(client.pk),
        }


def own_reports(client_id: UUID) -> Iterator[tuple[str, bytes]]:
    """The issued reports as PDF, by the name they get."""
    files = ReportFile.objects.select_related("report").filter(report__client=client_id)
    for row in files.order_by("report__number", "id"):
        if default_storage.exists(str(row.file.name)):
            with default_storage.open(str(row.file.name), "rb") as file:
                yield f"reports/report {row.report.number} {row.pk.hex[-6:]}.pdf", file.read()


def _engagements(client_id: UUID) -> Rows:
    rows = Engagement.objects.filter(client=client_id).order_by("starts_on", "id")
    return [
        {
            "title": row["title"],
            "coach": row["coach__name"],
            "paid_by": row["sponsor_organisation__name"] or "",
            "state": row["state"],
            "starts_on": row["starts_on"],
            "ends_on": row["ends_on"],
            "disclosure_level": row["disclosure_level"],
        }
        for row in rows.values(
            "title",
            "coach__name",
            "sponsor_organisation__name",
            "state",
            "starts_on",
            "ends_on",
            "disclosure_level",
        )
    ]


def _sessions(client_id: UUID) -> Rows:
    mine = Q(client=client_id) | Q(pk__in=_seats(client_id))
    rows = Session.objects.filter(mine).select_related("coach", "offering").order_by("starts_at")
    return [
        {
            "with": row.coach.name,
            "what": row.offering.name,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "state": row.state,
            "outcome": row.outcome,
        }
        for row in rows.iterator(chunk_size=500)
    ]


def _seats(client_id: UUID) -> Any:
    return Seat.objects.filter(client=client_id).values("session_id")


def _goals(client_id: UUID, safe: Safe) -> Rows:
    goals = list(Goal.objects.filter(client=client_id).order_by("position", "created_at"))
    wordings = list(GoalWording.objects.filter(client=client_id).order_by("number"))
    ratings = list(GoalRating.objects.filter(goal__in=goals).order_by("rated_at", "id"))
    told = list(SponsorWording.objects.filter(goal__in=goals).order_by("written_at"))
    return [
        {
            "state": goal.state,
            "target": goal.target,
            "marked_for_sponsor": goal.marked_for_sponsor,
            "wordings": [
                {
                    "number": row.number,
                    "text": safe.open(row.sealed_text, row_id=row.pk),
                    "reason": safe.open(row.sealed_reason, row_id=row.pk)
                    if row.sealed_reason
                    else "",
                    "worded_at": row.worded_at,
                }
                for row in wordings
                if row.goal_id == goal.pk
            ],
            "ratings": [
                {"by": row.rater, "score": row.score, "rated_at": row.rated_at}
                for row in ratings
                if row.goal_id == goal.pk
            ],
            "for_sponsor": [
                {"text": row.text, "written_at": row.written_at}
                for row in told
                if row.goal_id == goal.pk
            ],
        }
        for goal in goals
    ]


def _actions(client_id: UUID) -> Rows:
    rows = ActionItem.objects.filter(client=client_id).order_by("created_at", "id")
    return list(rows.values("text", "owner", "due_on", "created_at", "done_at", "dropped_at"))


def _reflections(client_id: UUID, safe: Safe) -> Rows:
    rows = Reflection.objects.filter(client=client_id).order_by("written_at", "id")
    return [
        {
            "text": safe.open(row.sealed_body, row_id=row.pk),
            "written_at": row.written_at,
            "shared_at": row.shared_at,
        }
        for row in rows.iterator(chunk_size=500)
    ]


def _summaries(client_id: UUID, safe: Safe) -> Rows:
    rows = SessionSummary.objects.filter(client=client_id).exclude(shared_at=None)
    return [
        {
            "session_at": row.session.starts_at,
            "by": row.author.name,
            "text": safe.open(row.sealed_body, row_id=row.pk),
            "shared_at": row.shared_at,
        }
        for row in rows.select_related("session", "author").order_by("session__starts_at", "id")
    ]


def _agreed(client_id: UUID) -> Rows:
    rows = AgreedPoint.objects.filter(session__client=client_id).order_by("added_at", "position")
    return list(rows.values("text", "added_by", "added_at"))


def _reports(client_id: UUID) -> Rows:
    rows = ProgressReport.objects.filter(client=client_id, state="issued").order_by("issued_at")
    return list(
        rows.values("number", "period_starts_on", "period_ends_on", "client_statement", "issued_at")
    )


def _signatures(client_id: UUID) -> Rows:
    rows = DisclosureSignature.objects.filter(
        proposal__engagement__client=client_id, party="client"
    )
    return list(rows.order_by("signed_at").values("signed_name", "consent_text", "signed_at"))


def _reads(client_id: UUID) -> Rows:
    found: Rows = []
    for number in range(1, _PAGES_OF_READS):
        page = reads_of(client_id, str(number))
        found += [{"who": read.reader, "what": read.what, "hour": read.hour} for read in page]
        if not page.has_next():
            break
    return found
