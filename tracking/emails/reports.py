"""What the mails about progress reports say: that something waits, never what is in it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.emails.people import Letter, acting_practice, delivery_of, page_address
from clients.models import SponsorContact
from clients.queries.clients import address_of, coaches_of, has_portal, person_for
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import reader_of
from coachops.practices.models import Membership
from coachops.practices.queries.members import reply_address
from tracking.models import ProgressReport, ReportFile
from tracking.policies.reports import ReportState


@dataclass(frozen=True, slots=True)
class _Notice:
    """A mail to the client or the coach, and the states in which it is still true."""

    template: str
    page: str
    true_in: frozenset[ReportState]


@dataclass(frozen=True, slots=True)
class _About:
    report: ProgressReport
    template: str
    page: str
    reply_to: str


_NOTICES: Final = {
    "review": _Notice("report_review", "portal:report", frozenset({ReportState.IN_REVIEW})),
    "reminder": _Notice("report_reminder", "portal:report", frozenset({ReportState.IN_REVIEW})),
    "issued": _Notice("report_issued_client", "portal:report", frozenset({ReportState.ISSUED})),
    "released": _Notice("report_released", "coach:report", frozenset({ReportState.APPROVED})),
    "silence": _Notice("report_silence", "coach:report", frozenset({ReportState.APPROVED})),
    "changes": _Notice(
        "report_changes", "coach:report", frozenset({ReportState.DRAFTED, ReportState.DUE})
    ),
    "sent": _Notice("report_sent", "coach:report", frozenset({ReportState.ISSUED})),
}

# By the tree that the mail's link leads into.
_REASONS: Final = {
    "coach": _("Sent because you coach at %(practice)s."),
    "portal": _("Sent because you are coached at %(practice)s."),
    "sponsor": _("Sent because you look after coaching for %(organisation)s at %(practice)s."),
}


def prepare_notice(message: ClaimedMessage) -> Delivery | None:
    """To the client or a coach; nothing once the report has moved on or the coach has gone."""
    report = _load(message.subject_id)
    notice = _NOTICES[message.payload["what"]]
    if report is None or report.state not in notice.true_in:
        return None
    to_client = message.payload["to"] == "client"
    coach_id = None if to_client else UUID(message.payload["coach"])
    person = person_for(report.client)
    own = person.membership if person is not None else None
    membership = own if coach_id is None else _coach(report, coach_id)
    if membership is None or membership.ended_at is not None:
        return None
    if to_client and (person is None or not has_portal(person)):
        return None
    coach = report.engagement.coach
    reply_to = reply_address(coach) if to_client else address_of(report.client)
    about = _About(report, notice.template, notice.page, reply_to)
    return _delivery(about, membership, message)


def prepare_issued(message: ClaimedMessage) -> Delivery | None:
    """To a contact of the sponsor: a link to sign in with, never the file."""
    report = _load(message.subject_id)
    contact = (
        SponsorContact.objects.select_related("membership__user")
        .filter(pk=message.payload["contact"], membership__ended_at=None)
        .exclude(membership=None)
        .first()
    )
    if report is None or contact is None:
        return None
    if not ReportFile.objects.filter(report=report).exists():
        return None
    reply_to = reply_address(report.engagement.coach)
    about = _About(report, "report_issued", "sponsor:report", reply_to)
    return _delivery(about, contact.membership, message)


def _coach(report: ProgressReport, coach_id: UUID) -> Membership | None:
    """None for somebody who does not coach the client today."""
    today = timezone.localdate(timezone=acting_practice().zone)
    coaches = coaches_of([report.client_id], today).get(report.client_id, ())
    if coach_id not in {coach.id for coach in coaches}:
        return None
    return Membership.objects.select_related("user").get(pk=coach_id)


def _load(report_id: UUID | None) -> ProgressReport | None:
    return (  # type: ignore[no-any-return]
        ProgressReport.objects.select_related(
            "client__membership__user",
            "engagement__coach__user",
            "engagement__sponsor_organisation",
        )
        .filter(pk=report_id)
        .first()
    )


def _delivery(about: _About, to: Membership, message: ClaimedMessage) -> Delivery:
    practice, report = acting_practice(), about.report
    organisation = report.engagement.sponsor_organisation
    letter = Letter(
        name=f"tracking/{about.template}",
        reader=reader_of(to.user),
        reason=_REASONS[about.page.partition(":")[0]],
        reply_to=about.reply_to,
        organisation=organisation.name if organisation is not None else "",
        context={
            "practice_name": practice.name,
            "organisation": organisation,
            "coach": report.engagement.coach,
            "client": report.client,
            "report": report,
            "url": page_address(about.page, practice, pk=report.pk),
        },
    )
    return delivery_of(letter, practice, message)
