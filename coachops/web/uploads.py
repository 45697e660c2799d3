"""The one place that looks at files from outside: what they are, decided by their content alone.

Allowed are PDF, PNG, JPEG, WebP, plain text in UTF-8, DOCX and XLSX, all without anything that
acts by itself, and where a page asks for it voice and video clips. Pictures are written anew, so
that nothing of the upload's own bytes is left. What was checked is kept under a name of ours and
only ever given out as a download, a clip also to be played.
"""

import io
import re
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final, Protocol
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from coachops.web.clip_lengths import clip_seconds
from coachops.web.clips import CLIP_TYPES, LARGEST_CLIP, LONGEST_TAKEN, clip_kind

LARGEST_FILE: Final = 10_000_000  # bytes
LONGEST_SIDE: Final = 8000  # pixels of the upload
KEPT_SIDE: Final = 4000  # pixels of what is kept
MOST_ENTRIES: Final = 2000  # files in an Office document
LARGEST_UNPACKED: Final = 60_000_000  # bytes of an Office document or of a PDF's object streams
LONGEST_NAME: Final = 80

ACCEPT: Final = ".pdf,.png,.jpg,.jpeg,.webp,.txt,.docx,.xlsx"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "txt": "text/plain; charset=utf-8",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    **CLIP_TYPES,
}

# The harmless file with which virus scanners are tried (eicar.org); in two parts, so that this
# source is not taken for it.
_EICAR: Final = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!"
_PDF_ACTIVE: Final = re.compile(
    rb"/(JavaScript|OpenAction|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|"
    rb"GoToR|Rendition|Sound|Movie)(?![A-Za-z0-9])"
)
_PDF_ACTIVE_SHORT: Final = re.compile(rb"/(JS|AA)(?![A-Za-z0-9])")
_PDF_SCRIPT: Final = re.compile(rb"/URI\s*\(\s*(javascript|vbscript|data):", re.IGNORECASE)
_PDF_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_PDF_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_MARKUP: Final = re.compile(
    r"<\s*(script|html|svg|iframe|object|embed|body)\b|<\?xml|<!doctype", re.IGNORECASE
)
_OFFICE_ACTIVE: Final = re.compile(
    r"vbaproject|/activex|/embeddings/|\.bin$|macrosheets", re.IGNORECASE
)
# Fields by which Word starts other programs, and links by which Excel does.
_OFFICE_FIELD: Final = re.compile(rb"<w:instrText[^>]*>([^<]*)|<w:fldSimple[^>]*w:instr=\"([^\"]*)")
_OFFICE_STARTS: Final = re.compile(rb"\bDDE(AUTO)?\b|\bINCLUDETEXT\b", re.IGNORECASE)
_OFFICE_OUTSIDE: Final = re.compile(
    rb"<[^>]*(attachedTemplate|oleObject|externalLink|/frame)[^>]*TargetMode=\"External\"|"
    rb"<[^>]*TargetMode=\"External\"[^>]*(attachedTemplate|oleObject|externalLink|/frame)"
)
_UNREADABLE_PICTURE: Final = (
    OSError,
    SyntaxError,
    ValueError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class Refusal(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    NOT_ALLOWED = "not_allowed"
    BROKEN = "broken"
    ACTIVE = "active"
    LOCKED = "locked"
    VIRUS = "virus"
    BOMB = "bomb"


REFUSAL_WORDS: Final = {
    Refusal.EMPTY: _("The file is empty. Choose another one."),
    Refusal.TOO_LARGE: _("The file is too large: 10 MB at most. Make it smaller or send a part."),
    Refusal.TOO_LONG: _("The clip plays for more than five minutes. Send a shorter one, or two."),
    Refusal.NOT_ALLOWED: _(
        "This kind of file is not taken. Send a PDF, a picture (PNG, JPEG, WebP), plain text, DOCX"
        " or XLSX."
    ),
    Refusal.BROKEN: _("The file cannot be read. Save it once more and try again."),
    Refusal.ACTIVE: _(
        "The file contains something that acts by itself (a script, a macro, an embedded file)."
        " Save it without, for example by printing it as a PDF."
    ),
    Refusal.LOCKED: _("The file is locked with a password. Send it without one."),
    Refusal.VIRUS: _("The file looks like a virus and was not kept."),
    Refusal.BOMB: _("The file unpacks to far more than it seems. It was not kept."),
}


class UploadRefused(Exception):
    """A named reason; the page says it in words beside the field."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


class Upload(Protocol):
    """What a form brings: Django's UploadedFile is one."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def read(self, num_bytes: int | None = ..., /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class CleanUpload:
    """A file that may be kept. `name` is for people, with the ending that its content deserves."""

    content: bytes
    name: str
    extension: str

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.extension]


def check_upload(
    upload: Upload, *, largest: int = LARGEST_FILE, with_clips: bool = False
) -> CleanUpload:
    """The file, if it is one of those allowed and does nothing by itself. Raises UploadRefused.

    `largest` is in bytes; clips, where they are taken, have a limit of their own. Whatever the
    upload calls itself plays no part.
    """
    most = max(largest, LARGEST_CLIP) if with_clips else largest
    if (upload.size or 0) > most:
        raise UploadRefused(Refusal.TOO_LARGE)
    content = upload.read(most + 1)
    clip = clip_kind(content) if with_clips else None
    if len(content) > (most if clip else largest):
        raise UploadRefused(Refusal.TOO_LARGE)
    if clip and (clip_seconds(content, clip) or 0) > LONGEST_TAKEN:
        raise UploadRefused(Refusal.TOO_LONG)
    if not content.strip():
        raise UploadRefused(Refusal.EMPTY)
    if _EICAR in content:
        raise UploadRefused(Refusal.VIRUS)
    extension, kept = (clip, content) if clip else _checked(content)
    return CleanUpload(kept, _display_name(upload.name or "", extension), extension)


def download(content: bytes, *, name: str, media_type: str) -> HttpResponse:
    """A checked file as a download: never shown inside a page, never guessed at, never cached."""
    response = HttpResponse(content, content_type=media_type)
    plain = name.encode("ascii", "replace").decode().replace('"', "").replace("\\", "")
    plain = plain.replace("?", "_")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _checked(content: bytes) -> tuple[str, bytes]:
    """The ending that the content deserves, and what is kept of it. Raises UploadRefused."""
    for begins, check in _BY_START:
        if begins(content):
            return check(content)
    return _text(content)


def _display_name(name: str, extension: str) -> str:
    """The upload's own name without folders, signs that cannot be seen, and its ending."""
    last = PureWindowsPath(PurePosixPath(name.replace("\x00", "")).name).name
    stem = last.rpartition(".")[0] or last
    seen = "".join(sign for sign in stem if unicodedata.category(sign)[0] != "C")
    return f"{' '.join(seen.split())[:LONGEST_NAME].strip('. ') or 'file'}.{extension}"


def _picture(content: bytes) -> tuple[str, bytes]:
    """Pixels written anew: no metadata (places!), no second file behind the picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
                if max(picture.size) > LONGEST_SIDE:
                    raise UploadRefused(Refusal.TOO_LARGE)
                return _written_anew(picture)
    except _UNREADABLE_PICTURE:
        raise UploadRefused(Refusal.BROKEN) from None


def _written_anew(picture: Image.Image) -> tuple[str, bytes]:
    kind = str(picture.format)
    upright = ImageOps.exif_transpose(picture)
    kept = upright.convert("RGB" if kind == "JPEG" else "RGBA")
    kept.thumbnail((KEPT_SIDE, KEPT_SIDE))
    written = io.BytesIO()
    kept.save(written, kind, **({} if kind == "PNG" else {"quality": 90}))
    return {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}[kind], written.getvalue()


def _pdf(content: bytes) -> tuple[str, bytes]:
    """Looks for actions in the open and in packed object streams; what is locked cannot be read."""
    if b"%%EOF" not in content[-2048:]:
        raise UploadRefused(Refusal.BROKEN)
    _refuse_active(content, _PDF_ACTIVE)
    outside = _PDF_STREAM.sub(b"", content)
    # A page of the web behind or between the objects makes the file two kinds at once.
    if _MARKUP.search(outside.decode("latin-1")):
        raise UploadRefused(Refusal.ACTIVE)
    if b"/Encrypt" in _unescaped(outside):
        raise UploadRefused(Refusal.LOCKED)
    _refuse_active(outside, _PDF_ACTIVE_SHORT)
    for packed in _object_streams(content):
        _refuse_active(packed, _PDF_ACTIVE)
        _refuse_active(packed, _PDF_ACTIVE_SHORT)
    return "pdf", content


def _refuse_active(part: bytes, names: re.Pattern[bytes]) -> None:
    """Names may be written with escapes (ISO 32000-1, 7.3.5): `/J#53` is `/JS`."""
    if names.search(part) or names.search(_unescaped(part)) or _PDF_SCRIPT.search(part):
        raise UploadRefused(Refusal.ACTIVE)


def _unescaped(part: bytes) -> bytes:
    return _PDF_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), part)


def _object_streams(content: bytes) -> Iterator[bytes]:
    """The unpacked object streams. Raises UploadRefused where one is packed in an unusual way."""
    left = LARGEST_UNPACKED
    for found in _PDF_STREAM.finditer(content):
        head = _unescaped(content[max(0, found.start() - 1000) : found.start()])
        if b"/ObjStm" not in head.rpartition(b" obj")[2]:
            continue
        unpacker = zlib.decompressobj()
        try:
            unpacked = unpacker.decompress(found[1], left)
        except zlib.error:
            raise UploadRefused(Refusal.BROKEN) from None
        if unpacker.unconsumed_tail:
            raise UploadRefused(Refusal.BOMB)
        left = max(1, left - len(unpacked))
        yield unpacked


def _office(content: bytes) -> tuple[str, bytes]:
    """A DOCX or XLSX without macros, embedded objects or templates from elsewhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_entries(archive.infolist())
            extension = _office_kind(set(archive.namelist()))
            for entry in archive.infolist():
                _refuse_part(entry.filename, archive.read(entry))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError):
        raise UploadRefused(Refusal.BROKEN) from None
    return extension, content


def _refuse_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Before anything is unpacked: how much it would be, and whether something in it acts."""
    if len(entries) > MOST_ENTRIES or sum(each.file_size for each in entries) > LARGEST_UNPACKED:
        raise UploadRefused(Refusal.BOMB)
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise UploadRefused(Refusal.LOCKED)
        if _OFFICE_ACTIVE.search(f"/{entry.filename}"):
            raise UploadRefused(Refusal.ACTIVE)


def _office_kind(names: set[str]) -> str:
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return "docx"
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return "xlsx"
    raise UploadRefused(Refusal.NOT_ALLOWED)


def _refuse_part(name: str, part: bytes) -> None:
    if _EICAR in part:
        raise UploadRefused(Refusal.VIRUS)
    if name == "[Content_Types].xml" and b"macroenabled" in part.lower():
        raise UploadRefused(Refusal.ACTIVE)
    fields = b"".join(b"".join(found) for found in _OFFICE_FIELD.findall(part))
    if _OFFICE_STARTS.search(fields) or b"<ddeLink" in part:
        raise UploadRefused(Refusal.ACTIVE)
    if name.endswith(".rels") and _OFFICE_OUTSIDE.search(part):
        raise UploadRefused(Refusal.ACTIVE)


def _text(content: bytes) -> tuple[str, bytes]:
    """Plain text alone: what is markup in a browser is not, whatever it is called."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UploadRefused(Refusal.NOT_ALLOWED) from None
    if any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\f" for sign in text):
        raise UploadRefused(Refusal.NOT_ALLOWED)
    if text.startswith("#!") or _MARKUP.search(text):
        raise UploadRefused(Refusal.NOT_ALLOWED)
    return "txt", text.encode()


def _starts_as_picture(content: bytes) -> bool:
    return content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    )


type _Check = tuple[Callable[[bytes], bool], Callable[[bytes], tuple[str, bytes]]]
_BY_START: Final[tuple[_Check, ...]] = (
    (lambda content: content.startswith(b"%PDF-"), _pdf),
    (_starts_as_picture, _picture),
    (lambda content: content.startswith(b"PK\x03\x04"), _office),
)
