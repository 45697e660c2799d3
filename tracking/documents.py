"""The progress report on paper: the same document that its pages show."""

from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from clients.documents import logo_data
from clients.queries.sponsors import language_of_contacts
from coachops.documents.pdf import html_to_pdf, render_html
from coachops.practices.models import Practice
from tracking.models import ProgressReport
from tracking.queries.reports_document import document_of, period_in_words
from tracking.queries.reports_facts import Facts

TEMPLATE = "tracking/report/document.html"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a rendering needs: no query, no file and no clock from here on."""

    facts: Facts
    hash: str
    brand_hue: int
    logo: str
    is_draft: bool
    language: str


def sheet_of(report: ProgressReport, practice: Practice, *, facts: Facts | None = None) -> Sheet:
    """For an issued report, or (with `facts`) for the preview of one that is not yet.

    In the language of the people it is for: an issued report has kept which one that was.
    """
    language = report.facts.get("language") or language_of_contacts(report.engagement)
    return Sheet(
        facts=report.facts if facts is None else facts,
        hash=report.snapshot_hash,
        brand_hue=practice.brand_hue,
        logo=logo_data(practice),
        is_draft=not report.is_issued,
        language=language or practice.language,
    )


def report_html(sheet: Sheet) -> str:
    """The whole document; style sheets and fonts are the renderer's."""
    with translation.override(sheet.language):
        document = document_of(sheet.facts, hash=sheet.hash)
        context: dict[str, Any] = {
            "doc": document,
            "for_print": True,
            "is_draft": sheet.is_draft,
            "logo": sheet.logo,
            "practice": {"name": document.practice},
            "title": _("Progress report, %(client)s, %(period)s")
            % {"client": document.client, "period": period_in_words(document)},
        }
    return render_html(template=TEMPLATE, context=context, language=sheet.language)


def report_pdf(sheet: Sheet) -> bytes:
    """Tagged PDF (PDF/UA-1) in the practice's colour."""
    return html_to_pdf(report_html(sheet), brand_hue=sheet.brand_hue)
