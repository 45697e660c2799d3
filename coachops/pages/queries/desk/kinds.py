"""What stands on the desk: which part of it a kind belongs to, and whose turn it usually is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Part(StrEnum):
    """What there is to do."""

    PREPARE = "prepare"
    SEND = "send"
    CHASE = "chase"
    ARRANGE = "arrange"


class Turn(StrEnum):
    """Whose move it is. The words are those of onboarding: `assistant` is whoever organises."""

    OFFICE = "assistant"
    COACH = "coach"
    CLIENT = "client"
    COMPANY = "sponsor"


@dataclass(frozen=True, slots=True)
class Kind:
    """`asks_again`: what sends the mail once more, as `coachops.pages.services.desk` names it."""

    part: Part
    turn: Turn
    asks_again: str = ""


PARTS: Final[dict[Part, tuple[Promise, Promise, str]]] = {
    Part.PREPARE: (_("Prepare"), _("Nothing has gone out yet."), "file-pen-line"),
    Part.SEND: (_("Send"), _("Ready to go, or did not arrive."), "send"),
    Part.CHASE: (_("Chase"), _("Asked for, and not there yet."), "bell"),
    Part.ARRANGE: (_("Arrange"), _("Dates to find, move or confirm."), "calendar-clock"),
}
TURNS: Final[dict[Turn, Promise]] = {
    Turn.OFFICE: _("Yours"),
    Turn.COACH: _("The coach’s"),
    Turn.CLIENT: _("The client’s"),
    Turn.COMPANY: _("The company’s"),
}
KINDS: Final[dict[str, Kind]] = {
    "report_due": Kind(Part.PREPARE, Turn.OFFICE),
    "step_agreement": Kind(Part.PREPARE, Turn.OFFICE),
    "step_instrument": Kind(Part.PREPARE, Turn.OFFICE),
    "step_other": Kind(Part.PREPARE, Turn.OFFICE),
    "agreement_declined": Kind(Part.PREPARE, Turn.OFFICE),
    "access_request": Kind(Part.PREPARE, Turn.OFFICE),
    "agreement_draft": Kind(Part.SEND, Turn.OFFICE),
    "not_asked": Kind(Part.SEND, Turn.OFFICE),
    "step_intake": Kind(Part.SEND, Turn.OFFICE),
    "step_invitation": Kind(Part.SEND, Turn.OFFICE, "invitation"),
    "step_letter": Kind(Part.SEND, Turn.OFFICE),
    "thread": Kind(Part.SEND, Turn.OFFICE),
    "undelivered": Kind(Part.SEND, Turn.OFFICE, "undelivered"),
    "bounced": Kind(Part.SEND, Turn.OFFICE),
    "agreement": Kind(Part.CHASE, Turn.CLIENT, "agreement"),
    "signature": Kind(Part.CHASE, Turn.CLIENT, "signature"),
    "intake": Kind(Part.CHASE, Turn.CLIENT, "intake"),
    "preparation": Kind(Part.CHASE, Turn.CLIENT, "preparation"),
    "questionnaire": Kind(Part.CHASE, Turn.CLIENT, "questionnaire"),
    "asked": Kind(Part.CHASE, Turn.CLIENT, "asked"),
    "poll": Kind(Part.CHASE, Turn.CLIENT, "poll"),
    "invitation": Kind(Part.CHASE, Turn.CLIENT, "invitation"),
    "contact": Kind(Part.CHASE, Turn.COMPANY, "contact"),
    "passes_on": Kind(Part.CHASE, Turn.CLIENT, "handover"),
    "brief_wanted": Kind(Part.CHASE, Turn.COACH, "coach"),
    "review": Kind(Part.CHASE, Turn.CLIENT, "review"),
    "report_drafted": Kind(Part.CHASE, Turn.COACH, "coach"),
    "report_checked": Kind(Part.CHASE, Turn.COACH, "coach"),
    "report_approved": Kind(Part.CHASE, Turn.COACH, "coach"),
    "outcome": Kind(Part.ARRANGE, Turn.OFFICE),
    "request": Kind(Part.ARRANGE, Turn.OFFICE),
    "declined": Kind(Part.ARRANGE, Turn.OFFICE),
    "clock": Kind(Part.ARRANGE, Turn.OFFICE),
    "handover": Kind(Part.ARRANGE, Turn.OFFICE),
    "time_off": Kind(Part.ARRANGE, Turn.OFFICE),
    "unbooked": Kind(Part.ARRANGE, Turn.OFFICE),
    "step_kickoff": Kind(Part.ARRANGE, Turn.OFFICE),
    "poll_closed": Kind(Part.ARRANGE, Turn.OFFICE),
    "enquiry": Kind(Part.ARRANGE, Turn.OFFICE),
    "enquiry_idle": Kind(Part.ARRANGE, Turn.OFFICE),
}

# What goes out when somebody is asked, or asked again.
MAILS: Final = [
    "clients.agreement_request",
    "clients.disclosure_request",
    "clients.handover",
    "clients.intake",
    "clients.portal_invitation",
    "clients.sponsor_invitation",
    "scheduling.book_please",
    "scheduling.poll_asked",
    "tracking.preparation",
    "tracking.questionnaire",
    "tracking.questionnaire_rule",
    "tracking.report.notice",
    "pages.coach_waits",
    "practices.invitation",
]


def may_read_before(kind: str) -> bool:
    """Whether whoever organises may read a mail of this kind before it is sent again.

    What asks and what speaks of dates is theirs to send anyway; of all else they see the subject.
    """
    return kind in MAILS or kind.startswith("scheduling.")
