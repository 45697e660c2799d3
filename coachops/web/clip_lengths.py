"""How long a clip plays, as far as its frame says so. Nothing is decoded.

What browsers record often does not say: then the time of its last part counts.
"""

import struct
from collections.abc import Callable
from typing import Final

_CLUSTER: Final = b"\x1f\x43\xb6\x75"
_CLUSTER_TIME: Final = 0xE7
_WEBM_LENGTH: Final = b"\x44\x89\x88"  # Duration, 8 bytes of floating point
_MILLISECONDS: Final = 1000
_OPUS_RATE: Final = 48_000
_OGG_PAGE: Final = 27
# Kilobits a second of an MP3's first frame: MPEG 1 layer 3, and MPEG 2 or 2.5.
_RATES: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_LOW_RATES: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


def clip_seconds(content: bytes, kind: str) -> float | None:
    """By the ending that `clip_kind` gave it; None where it does not say."""
    try:
        return _READERS[kind](content)
    except (struct.error, IndexError, ZeroDivisionError):
        return None


def _webm(content: bytes) -> float | None:
    place = content[:4096].find(_WEBM_LENGTH)
    if place >= 0:
        (length,) = struct.unpack_from(">d", content, place + 3)
        return float(length) / _MILLISECONDS
    place = content.rfind(_CLUSTER)
    if place < 0:
        return None
    # The length of the cluster, then the element with its time; both are numbers of one to eight
    # bytes (RFC 8794, 4).
    place += 4
    place += 9 - content[place].bit_length()
    if content[place] != _CLUSTER_TIME:
        return None
    size = content[place + 1] & 0x7F
    return int.from_bytes(content[place + 2 : place + 2 + size]) / _MILLISECONDS


def _ogg(content: bytes) -> float | None:
    vorbis = content[:4096].find(b"\x01vorbis")
    rate = _OPUS_RATE if vorbis < 0 else struct.unpack_from("<I", content, vorbis + 12)[0]
    last = content.rfind(b"OggS\x00")
    if b"theora" in content[:4096] or len(content) - last < _OGG_PAGE:
        return None
    (samples,) = struct.unpack_from("<q", content, last + 6)
    return samples / rate if samples > 0 else None


def _mp4(content: bytes) -> float | None:
    place = content.find(b"mvhd")
    if place < 0:
        return None
    wide = content[place + 4] == 1
    scale, length = struct.unpack_from(
        ">IQ" if wide else ">II", content, place + (24 if wide else 16)
    )
    return length / scale if length else None


def _wav(content: bytes) -> float | None:
    place = content[:4096].find(b"fmt ")
    return len(content) / struct.unpack_from("<I", content, place + 16)[0] if place >= 0 else None


def _mp3(content: bytes) -> float | None:
    start = 0
    if content.startswith(b"ID3"):
        size = content[6:10]
        start = 10 + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
    head = content[start : start + 200]
    if b"Xing" in head or b"VBRI" in head:
        return None  # of changing density: its first frame says nothing about the rest
    is_first = content[start + 1] & 0x08
    rate = (_RATES if is_first else _LOW_RATES)[content[start + 2] >> 4]
    return (len(content) - start) / (rate * 125)


_READERS: Final[dict[str, Callable[[bytes], float | None]]] = {
    "webm": _webm,
    "weba": _webm,
    "ogv": _ogg,
    "oga": _ogg,
    "mp4": _mp4,
    "m4a": _mp4,
    "wav": _wav,
    "mp3": _mp3,
}
