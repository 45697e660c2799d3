"""A PDF as a download: never shown inside a page, never guessed at, never kept by a cache."""

from django.core.files import File
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.text import slugify

from tracking.models import ProgressReport


def pdf_response(content: "bytes | File[bytes]", report: ProgressReport) -> HttpResponse:
    """`content` is the bytes or an open file. X-Content-Type-Options comes from the middleware."""
    name = f"progress-report-{slugify(report.client.name)}-{report.number}.pdf"
    if isinstance(content, bytes):
        response: HttpResponseBase = HttpResponse(content, content_type="application/pdf")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        response = FileResponse(content, as_attachment=True, filename=name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response  # type: ignore[return-value]
