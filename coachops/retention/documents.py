"""The receipt of an erasure as a file."""

from coachops.documents.pdf import render_pdf
from coachops.practices.models import Practice
from coachops.retention.models import Erasure
from coachops.retention.queries.records import amounts, amounts_kept


def receipt_pdf(erasure: Erasure, practice: Practice) -> bytes:
    """Counts, times and hashes; nobody is named."""
    return render_pdf(
        template="retention/report/receipt.html",
        context={
            "erasure": erasure,
            "practice": practice,
            "destroyed": amounts(erasure.destroyed),
            "kept": amounts_kept(erasure.kept),
        },
        language=practice.language,
        brand_hue=practice.brand_hue,
    )
