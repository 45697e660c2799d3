"""What is taken from outside, and what is refused: decided by the content, never by the name."""

import io
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

import coachops.documents.pdf  # noqa: F401 -- what it loads changes how pictures are read
from coachops.web.uploads import Refusal, UploadRefused, check_upload, download

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def pdf(body: bytes = b"<< /Type /Catalog >>") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n" + body + b"\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def packed(body: bytes) -> bytes:
    stream = zlib.compress(body)
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(stream)
    return pdf(head + b"\nstream\n" + stream + b"\nendstream")


def picture(kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(out, kind, **more)
    return out.getvalue()


def office(main: str = "word/document.xml", **parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", parts.pop("types", b"<Types/>"))
        archive.writestr(main, b"<document/>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


OUTSIDE = b'<Relationship Type="x/attachedTemplate" Target="http://e" TargetMode="External"/>'
LINK = b'<Relationship Type="x/hyperlink" Target="http://e" TargetMode="External"/>'


@pytest.mark.parametrize(
    ("name", "content", "kept_as"),
    [
        ("Plan.pdf", pdf(), "Plan.pdf"),
        ("packed.pdf", packed(b"1 0 << /Type /Page >>"), "packed.pdf"),
        ("me.html", picture("PNG"), "me.png"),
        ("me.jpg", picture("JPEG"), "me.jpg"),
        ("me.webp", picture("WEBP"), "me.webp"),
        ("notes", "Grüße, 5 < 6".encode(), "notes.txt"),
        ("cv.docx", office(), "cv.docx"),
        ("cv.docx", office(word___rels__document_dot_rels=LINK), "cv.docx"),
        ("list.xls", office("xl/workbook.xml"), "list.xlsx"),
        ("..\\..\\evil\r\n\u202egpj.exe.pdf", pdf(), "evilgpj.exe.pdf"),
        ("../../etc/passwd", b"hello", "passwd.txt"),
    ],
    ids=lambda value: "file" if isinstance(value, bytes) else None,
)
def test_is_kept_as_what_it_is(name: str, content: bytes, kept_as: str) -> None:
    upload = SimpleUploadedFile("x", content)
    upload._name = name
    assert check_upload(upload).name == kept_as


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Refusal.EMPTY),
        (b"   \n", Refusal.EMPTY),
        (b"MZ\x90\x00\x03" + b"\x00" * 99, Refusal.NOT_ALLOWED),
        (b"\x7fELF\x02\x01", Refusal.NOT_ALLOWED),
        (b"#!/bin/sh\nrm -rf /", Refusal.NOT_ALLOWED),
        (b"<svg xmlns='x' onload='alert(1)'/>", Refusal.NOT_ALLOWED),
        (b"<!doctype html><p>hi", Refusal.NOT_ALLOWED),
        (b"hello <script>alert(1)</script>", Refusal.NOT_ALLOWED),
        (b"GIF89a" + b"\x00" * 20, Refusal.NOT_ALLOWED),
        (EICAR, Refusal.VIRUS),
        (office(word__note_dot_txt=EICAR), Refusal.VIRUS),
        (b"%PDF-1.7\nhalf of it", Refusal.BROKEN),
        (pdf(b"<< /OpenAction 2 0 R >>"), Refusal.ACTIVE),
        (pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), Refusal.ACTIVE),
        (pdf(b"<< /S /J#61vaScript >>"), Refusal.ACTIVE),
        (pdf(b"<< /AA << >> >>"), Refusal.ACTIVE),
        (pdf(b"<< /Names << /EmbeddedFiles 3 0 R >> >>"), Refusal.ACTIVE),
        (packed(b"1 0 << /S /JavaScript /JS (x) >>"), Refusal.ACTIVE),
        (pdf(b"<< /S /URI /URI (JavaScript:alert(1)) >>"), Refusal.ACTIVE),
        (pdf(b"<< >>") + b"<html><script>x</script></html>\n%%EOF", Refusal.ACTIVE),
        (office(word__fields_dot_xml=b"<w:instrText>DDE</w:instrText>"), Refusal.ACTIVE),
        (pdf(b"<< /Encrypt 4 0 R >>"), Refusal.LOCKED),
        (packed(b" " * 70_000_000), Refusal.BOMB),
        (picture("PNG")[:20], Refusal.BROKEN),
        (picture("JPEG")[:-60], Refusal.BROKEN),
        (office("evil/thing.xml"), Refusal.NOT_ALLOWED),
        (office(word__vbaProject_dot_bin=b"x"), Refusal.ACTIVE),
        (office(types=b"application/vnd.ms-word.document.macroEnabled"), Refusal.ACTIVE),
        (office(word__embeddings__a_dot_xlsx=b"x"), Refusal.ACTIVE),
        (office(word___rels__settings_dot_rels=OUTSIDE), Refusal.ACTIVE),
        (office(word__big_dot_xml=b" " * 70_000_000), Refusal.BOMB),
        (b"PK\x03\x04" + b"not a zip at all", Refusal.BROKEN),
    ],
    ids=lambda value: str(value) if isinstance(value, Refusal) else "file",
)
def test_is_refused_and_says_why(content: bytes, reason: Refusal) -> None:
    with pytest.raises(UploadRefused) as refused:
        check_upload(SimpleUploadedFile("harmless.pdf", content))
    assert refused.value.reason == reason


def test_what_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(UploadRefused) as refused:
        check_upload(SimpleUploadedFile("a.txt", b"a" * 2001), largest=2000)
    assert refused.value.reason == Refusal.TOO_LARGE


def test_a_picture_loses_what_it_says_about_places_and_what_hides_behind_it() -> None:
    exif = Image.Exif()
    exif[0x010E] = "at home in Hamburg"
    upload = picture("JPEG", exif=exif) + b"<script>alert(1)</script>"
    kept = check_upload(SimpleUploadedFile("a.jpg", upload)).content
    assert b"Hamburg" not in kept
    assert b"script" not in kept


def test_is_only_ever_a_download() -> None:
    response = download(b"x", name='Grüße".pdf', media_type="application/pdf")
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"
