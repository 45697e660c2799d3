"""HTML to PDF. The only module that knows WeasyPrint.

Fonts and style sheets are read once a process: static font cuts, one font configuration and parsed
CSS take a third off the time of a report and keep a worker's memory flat.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from PIL import ImageFile
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

# WeasyPrint switches this on for the whole process, and half an upload would pass for a picture.
ImageFile.LOAD_TRUNCATED_IMAGES = False

STATIC = Path(settings.BASE_DIR) / "static"
_FONT_FACES = re.compile(r"@font-face\s*\{.*?\}", re.DOTALL)


class ForeignAddress(ValueError):
    """A document asked for something that is not one of our own static files or inline data."""


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]
    """Whatever stands in a document, nothing is fetched from a network or another folder."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.scheme == "data":
            return super().fetch(url, headers)
        path = Path(parts.path).resolve()
        if parts.scheme != "file" or not path.is_relative_to(STATIC):
            raise ForeignAddress(url)
        return super().fetch(url, headers)


@lru_cache(maxsize=1)
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@lru_cache(maxsize=1)
def _style_sheets() -> tuple[CSS, ...]:
    """Tokens without the browser's variable fonts, then the report's own sheet."""
    tokens = _FONT_FACES.sub("", (STATIC / "css" / "tokens.css").read_text())
    report = (STATIC / "css" / "report.css").read_text()
    base = (STATIC / "css" / "report.css").as_uri()
    return tuple(
        CSS(string=text, base_url=base, font_config=_fonts(), url_fetcher=OwnFilesOnly())
        for text in (tokens, report)
    )


@lru_cache(maxsize=64)
def _hue(degrees: int) -> CSS:
    # Not in a layer: WeasyPrint orders the layers of each sheet by themselves.
    return CSS(string=f":root {{ --brand-h: {degrees} }}", font_config=_fonts())


def render_html(*, template: str, context: dict[str, Any], language: str) -> str:
    """The document as HTML in its reader's language; also shown on pages as the preview."""
    with translation.override(language):
        return render_to_string(template, context)


def render_pdf(*, template: str, context: dict[str, Any], language: str, brand_hue: int) -> bytes:
    """The document as tagged PDF (PDF/UA-1). Raises ForeignAddress for a reference to elsewhere."""
    html = render_html(template=template, context=context, language=language)
    return html_to_pdf(html, brand_hue=brand_hue)


def html_to_pdf(html: str, *, brand_hue: int) -> bytes:
    """A whole HTML document as tagged PDF, in the style of our documents and a practice's hue."""
    document = HTML(string=html, base_url=STATIC.as_uri() + "/", url_fetcher=OwnFilesOnly())
    pdf = document.write_pdf(
        stylesheets=[*_style_sheets(), _hue(brand_hue)],
        font_config=_fonts(),
        pdf_variant="pdf/ua-1",
        presentational_hints=False,
    )
    return bytes(pdf)
