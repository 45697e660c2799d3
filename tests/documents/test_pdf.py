"""Documents: tagged, titled, and closed to everything outside."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from coachops.documents.pdf import html_to_pdf

PAGE = (
    '<!doctype html><html lang="en"><head><title>Progress report</title>{}</head>'
    "<body>{}</body></html>"
)


def test_pdf_is_tagged_titled_and_in_its_language() -> None:
    pdf = PdfReader(BytesIO(html_to_pdf(PAGE.format("", "<h1>Progress</h1>"), brand_hue=205)))
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "en"
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Progress report"
    assert "Progress" in pdf.pages[0].extract_text()


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest",
        "https://example.org/x.png",
        "file:///etc/hostname",
        "../../pyproject.toml",
    ],
)
def test_nothing_outside_is_fetched(address: str, caplog: pytest.LogCaptureFixture) -> None:
    html_to_pdf(PAGE.format("", f'<img src="{address}" alt="x">'), brand_hue=205)
    assert any(
        "ForeignAddress" in r.getMessage() or address.rsplit("/", maxsplit=1)[-1] in r.getMessage()
        for r in caplog.records
    )


def test_figures_beside_numbers_flow_over_pages() -> None:
    figure = (
        '<article class="goal"><figure class="progress-figure">'
        '<svg viewBox="0 0 100 20" width="100" height="20" role="img"><title>x</title></svg>'
        "<figcaption>60</figcaption></figure></article>"
    )
    pages = PdfReader(BytesIO(html_to_pdf(PAGE.format("", figure * 30), brand_hue=205))).pages
    assert len(pages) > 1
