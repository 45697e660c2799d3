"""Voice and video clips: what they are, by their first bytes, and playing them piece by piece.

Containers that browsers record and phones send: WebM, Ogg, MP4, WAV and MP3. Nothing of a clip is
looked at beyond its frame, and none is ever given out but as the kind that was found.
"""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse

LARGEST_CLIP: Final = 20_000_000  # bytes
LONGEST_CLIP: Final = 180  # seconds after which the page's own recorder stops
LONGEST_TAKEN: Final = 300  # seconds of a clip that was recorded elsewhere, where it says so
CLIP_TYPES: Final = {
    "weba": "audio/webm",
    "webm": "video/webm",
    "oga": "audio/ogg",
    "ogv": "video/ogg",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
}
CLIP_ACCEPT: Final = "audio/*,video/webm,video/mp4,video/ogg,.weba,.m4a,.mp4,.wav,.mp3,.oga,.ogv"

_HEAD: Final = 4096
_EBML: Final = b"\x1a\x45\xdf\xa3"
_PICTURES_IN_WEBM: Final = (b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG4")
_BRANDS: Final = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash"}
    | {b"M4A ", b"M4V ", b"MSNV", b"3gp4", b"3gp5"}
)
_MP3: Final = re.compile(rb"ID3[\x02-\x04]|\xff[\xfa\xfb\xf2\xf3][\x10-\xef]")
_RANGE: Final = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


def clip_kind(content: bytes) -> str | None:
    """The ending that a clip deserves; None for anything else."""
    head = content[:_HEAD]
    if head.startswith(_EBML) and b"webm" in head[:64]:
        return "webm" if any(codec in head for codec in _PICTURES_IN_WEBM) else "weba"
    if head.startswith(b"OggS\x00"):
        return "ogv" if b"theora" in head[:256] else "oga"
    if head[4:8] == b"ftyp" and head[8:12] in _BRANDS:
        # What the handlers of the tracks say stands in the index, at either end of the file.
        return "mp4" if b"vide" in content else "m4a"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    return "mp3" if _MP3.match(head) else None


def sort_of_clip(media_type: str) -> str:
    """`audio` or `video` for what can be played in a page, else nothing."""
    return media_type.partition("/")[0] if media_type in CLIP_TYPES.values() else ""


def playback(request: HttpRequest, content: bytes, *, media_type: str) -> HttpResponse:
    """A clip to be played in a page, whole or the piece that was asked for (RFC 9110, 14).

    Never cached, never taken for anything but what it is. Needs a media type of CLIP_TYPES.
    """
    first, last = 0, len(content) - 1
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    is_piece = asked is not None and any(asked.groups())
    if asked is not None and is_piece:
        first, last = _piece(asked[1], asked[2], len(content))
    if first > last:
        response = HttpResponse(status=416)
        response.headers["Content-Range"] = f"bytes */{len(content)}"
    else:
        piece = content[first : last + 1]
        response = HttpResponse(piece, status=206 if is_piece else 200, content_type=media_type)
        response.headers["Content-Length"] = str(len(piece))
        if is_piece:
            response.headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Disposition"] = "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _piece(first: str, last: str, length: int) -> tuple[int, int]:
    """First and last byte of a range; the last ones where only their number is said."""
    if not first:
        return max(0, length - int(last)), length - 1
    return int(first), min(int(last), length - 1) if last else length - 1
