"""Everything of a client that is theirs or was shared with them, for them to take along."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import Q

from clients.models import Client, DisclosureSignature, Engagement
from clients.queries.own_parts import own_parts
from clients.queries.safes import Safe, safe_of
from clients.queries.who_looked import reads_of
from coachops.practices.models import Membership, Practice
from coachops.tenancy.scope import confidential
from coachops.transfer.queries.own_answers import (
    own_answer_files,
    own_answers,
    own_booking_answers,
    own_shares,
)
from coachops.transfer.queries.own_papers import (
    own_agreement_files,
    own_agreements,
    own_choices,
    own_coaches,
    own_enquiry,
    own_file_summaries,
    own_handovers,
    own_mail,
    own_message_files,
    own_messages,
    own_proposals,
    own_steps,
    own_teams,
    own_themes,
)
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
from tracking.policies.reports import ReportState
from tracking.queries.goal_titles import titled_goals

type Rows = list[dict[str, Any]]

_PROFILE: Final = (
    "name", "preferred_name", "email", "phone", "job_title", "employer", "time_zone",
    "session_title", "created_at",
)  # fmt: skip
_PAGES_OF_READS: Final = 200
_REPORTS: Final = (ReportState.IN_REVIEW, ReportState.APPROVED, ReportState.ISSUED)


def own_data(membership: Membership, practice: Practice) -> dict[str, Any]:
    """In the client's own scope. Which table stands where: see policies.own."""
    client = client_of(membership)
    with confidential():
        safe = safe_of(client.pk)
        return {
            "practice": practice.name,
            "profile": {name: getattr(client, name) for name in _PROFILE},
            "coaches": own_coaches(client.pk),
            "engagements": _engagements(client.pk),
            "teams": own_teams(client.pk),
            "sessions": _sessions(client.pk),
            "goals": _goals(client.pk, safe),
            "actions": _actions(client.pk),
            "reflections": _reflections(client.pk, safe),
            "summaries": _summaries(client.pk, safe),
            "summaries_for_the_file": own_file_summaries(client.pk),
            "themes": own_themes(client.pk),
            "answers": own_answers(client.pk, safe, membership),
            "booking_answers": own_booking_answers(client.pk, safe),
            "brought_to_meetings": own_shares(client.pk, safe),
            "agreed_points": _agreed(client.pk),
            "handovers": own_handovers(client.pk, safe),
            "messages": own_messages(client.pk, safe),
            "reports": _reports(client.pk),
            "agreements": own_agreements(client.pk),
            "disclosure": own_proposals(client.pk),
            "signatures": _signatures(client.pk),
            "steps": own_steps(client.pk),
            "enquiry": own_enquiry(client.pk),
            "choices": own_choices(client),
            "mail": own_mail(client),
            "who_looked": _reads(client.pk),
            **{name: part(client, safe) for name, part in own_parts().items()},
        }


def own_files(membership: Membership) -> Iterator[tuple[str, bytes]]:
    """Opened, by the name that the data says; one after the other, so that none has to wait."""
    client_id = client_of(membership).pk
    with confidential():
        safe = safe_of(client_id)
        yield from own_answer_files(client_id, safe, membership)
        yield from own_message_files(client_id, safe)
        yield from own_agreement_files(client_id)
        yield from _own_reports(client_id)


def client_of(membership: Membership) -> Client:
    """The client who has signed in."""
    return Client.objects.get(membership=membership)  # type: ignore[no-any-return]


def _own_reports(client_id: UUID) -> Iterator[tuple[str, bytes]]:
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
            "topic": row.topic if row.client_id == client_id else "",
        }
        for row in rows.iterator(chunk_size=500)
    ]


def _seats(client_id: UUID) -> Any:
    return Seat.objects.filter(client=client_id).values("session_id")


def _goals(client_id: UUID, safe: Safe) -> Rows:
    goals = list(Goal.objects.filter(client=client_id).order_by("position", "created_at"))
    wordings = list(GoalWording.objects.filter(client=client_id).order_by("number"))
    ratings = list(GoalRating.objects.filter(goal__in=goals).order_by("rated_at", "id"))
    titles = {each.goal_id: each.title for each in titled_goals(client_id)}
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
            "title_for_assistants": titles.get(goal.pk, ""),
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
    """From the review on; before, they are the coach's drafts."""
    rows = ProgressReport.objects.filter(client=client_id, state__in=_REPORTS)
    return list(
        rows.order_by("number", "pk").values(
            "number",
            "state",
            "period_starts_on",
            "period_ends_on",
            "narrative",
            "facts",
            "client_statement",
            "requested_changes",
            "struck_parts",
            "issued_at",
        )
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
