"""What a line of the desk says where Today does not say it already. States and dates alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coachops.pages.queries.attention import UNIT
from coachops.pages.queries.needs import Need

_ASKED = {
    "access": gettext_lazy("Asks for a copy of everything"),
    "rectify": gettext_lazy("Asks for a correction"),
    "erase": gettext_lazy("Asks for erasure"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """What the statement found, before it is in words."""

    kind: str
    subject_id: UUID
    client_id: UUID | None
    at: datetime | None
    number: int | None
    packed: str
    slug: str

    @property
    def parts(self) -> list[str]:
        """What was packed before the name; the name is last."""
        return self.packed.split(UNIT)

    @property
    def name(self) -> str:
        return self.parts[-1]

    def url(self, name: str, *key: object) -> str:
        return reverse(f"coach:{name}", args=[self.slug, *key])


def own_need(row: Row) -> tuple[Need, date | None]:
    """The line, and until when it is wanted if the row says so."""
    if row.kind.startswith("step_"):
        return _step(row)
    return _WORDS[row.kind](row)


def day(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "D j M") if at else ""


def _need(
    row: Row, what: str, why: str, link: tuple[str, str], look: tuple[str, str] = ("clock", "warn")
) -> Need:
    action, url = link
    symbol, tone = look
    return Need(row.kind, row.name, what, why, action, url, symbol, tone)


def _step(row: Row) -> tuple[Need, date | None]:
    _owner, engagement_id, title, _name = row.parts
    kind = row.kind.removeprefix("step_")
    places = {
        "agreement": (_("Prepare it"), _prepare_url(row, engagement_id)),
        "intake": (_("Choose and ask"), row.url("intake", row.client_id)),
        "invitation": (_("See the record"), row.url("client_edit", row.client_id)),
        "letter": (_("Read and send"), row.url("engagement_letter", engagement_id)),
        "kickoff": (_("Book a session"), row.url("book_for_client", row.client_id)),
    }
    steps = (_("See the steps"), row.url("engagement_onboarding", engagement_id))
    symbols = {"kickoff": "calendar-plus", "letter": "mail", "intake": "clipboard-list"}
    due = row.at.date() if row.at else None
    link, look = places.get(kind, steps), (symbols.get(kind, "clipboard-check"), "warn")
    what = _("Still open: %(step)s") % {"step": title}
    return _need(row, what, _("A step of the onboarding."), link, look), due


def _prepare_url(row: Row, engagement_id: str) -> str:
    """The page of agreements, which goes on by itself where there is one template to choose."""
    return f"{row.url('engagement_agreements', engagement_id)}?prepare=1"


def _agreement_draft(row: Row) -> tuple[Need, date | None]:
    why = _("Prepared on %(day)s, not sent yet.") % {"day": day(row.at)}
    link = (_("Look and send"), row.url("agreement", row.subject_id))
    return _need(row, _("Agreement drafted"), why, link, ("file-signature", "warn")), None


def _preparation(row: Row) -> tuple[Need, date | None]:
    meets_at = datetime.fromisoformat(row.parts[0])
    why = _("Asked on %(day)s. They meet on %(meets)s.") % {
        "day": day(row.at),
        "meets": day(meets_at),
    }
    link = (_("See the client"), row.url("client", row.client_id))
    look = ("clipboard-list", "plain")
    what = _("Preparation not sent yet")
    return _need(row, what, why, link, look), timezone.localdate(meets_at)


def _questionnaire(row: Row) -> tuple[Need, date | None]:
    due, title, _name = row.parts
    why = _("“%(title)s”, asked on %(day)s.") % {"title": title, "day": day(row.at)}
    if row.number:
        words = ngettext("One question is answered.", "%(n)s questions are answered.", row.number)
        why = f"{why} {words % {'n': row.number}}"
    link = (_("See how far it is"), row.url("asked_questionnaire", row.subject_id))
    look = ("clipboard-list", "plain")
    need = _need(row, _("Questionnaire not sent yet"), why, link, look)
    return need, date.fromisoformat(due) if due else None


def _poll(row: Row) -> tuple[Need, date | None]:
    closes_at = datetime.fromisoformat(row.parts[0])
    why = _("Asked on %(day)s. Silent so far: %(names)s.") % {
        "day": day(row.at),
        "names": row.parts[1],
    }
    link = (_("See the answers"), row.url("poll", row.subject_id))
    need = _need(row, _("Times for the three not found yet"), why, link, ("vote", "warn"))
    return need, timezone.localdate(closes_at)


def _poll_closed(row: Row) -> tuple[Need, date | None]:
    why = _("Asked until %(day)s; no time suited all three.") % {"day": day(row.at)}
    link = (_("Propose other times"), row.url("three_way_new", row.subject_id))
    return _need(row, _("Check-in of three without a date"), why, link, ("vote", "risk")), None


def _invitation(row: Row) -> tuple[Need, date | None]:
    why = _("Invited on %(day)s, has not signed in yet.") % {"day": day(row.at)}
    link = (_("See the record"), row.url("client_edit", row.client_id))
    return _need(row, _("Invitation not accepted"), why, link, ("mail", "plain")), None


def _contact(row: Row) -> tuple[Need, date | None]:
    company_id, company, _name = row.parts
    why = _("Of %(company)s. Invited on %(day)s, has not signed in yet.") % {
        "company": company,
        "day": day(row.at),
    }
    link = (_("See the company"), row.url("sponsor_organisation", company_id))
    return _need(row, _("Invitation not accepted"), why, link, ("building-2", "plain")), None


def _review(row: Row) -> tuple[Need, date | None]:
    ends_at = datetime.fromisoformat(row.parts[0])
    why = _("The client reads it until %(day)s.") % {"day": day(ends_at)}
    link = (_("See how far it is"), row.url("report", row.subject_id))
    need = _need(row, _("Report with the client"), why, link, ("file-text", "plain"))
    return need, timezone.localdate(ends_at)


def _undelivered(row: Row) -> tuple[Need, date | None]:
    why = _("“%(subject)s”, of %(day)s.") % {"subject": row.parts[1], "day": day(row.at)}
    if row.number:
        why = f"{why} {_('It may have arrived all the same.')}"
    link = (_("See the e-mail"), row.url("client_mail", row.client_id))
    return _need(row, _("E-mail not delivered"), why, link, ("circle-alert", "risk")), None


def _thread(row: Row) -> tuple[Need, date | None]:
    why = _("Wrote on %(day)s.") % {"day": day(row.at)}
    link = (_("Answer"), row.url("client_logistics", row.client_id))
    what = _("Waits for an answer about dates or papers")
    return _need(row, what, why, link, ("message-circle", "warn")), None


def _time_off(row: Row) -> tuple[Need, date | None]:
    why = _("The coach is off on %(day)s.") % {"day": day(row.at)}
    link = (_("Move"), row.url("session_move", row.subject_id))
    return _need(row, _("Session on a day off"), why, link, ("calendar-off", "risk")), None


def _enquiry_idle(row: Row) -> tuple[Need, date | None]:
    why = _("Nothing is planned since %(day)s.") % {"day": day(row.at)}
    link = (_("Plan the next step"), row.url("enquiry", row.subject_id))
    return _need(row, _("Enquiry without a next step"), why, link, ("inbox", "warn")), None


def _access_request(row: Row) -> tuple[Need, date | None]:
    due, kind = date.fromisoformat(row.parts[0]), row.parts[1]
    why = _("Since %(day)s. The law gives a month.") % {"day": day(row.at)}
    link = (_("Open the request"), row.url("access_request", row.subject_id))
    return _need(row, str(_ASKED[kind]), why, link, ("scroll-text", "warn")), due


_WORDS: dict[str, Callable[[Row], tuple[Need, date | None]]] = {
    "agreement_draft": _agreement_draft,
    "preparation": _preparation,
    "questionnaire": _questionnaire,
    "poll": _poll,
    "poll_closed": _poll_closed,
    "invitation": _invitation,
    "contact": _contact,
    "review": _review,
    "undelivered": _undelivered,
    "thread": _thread,
    "time_off": _time_off,
    "enquiry_idle": _enquiry_idle,
    "access_request": _access_request,
}
OWN = frozenset(_WORDS)
