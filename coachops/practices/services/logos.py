"""A logo is what Pillow can read and write again, whatever the upload calls itself."""

import io
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageOps

LARGEST_FILE = 1_000_000  # bytes
LONGEST_SIDE = 2000  # pixels of the upload
KEPT_SIDE = 600  # pixels of what is kept: sharp at twice the largest size on a page
READABLE = ("PNG", "JPEG", "WEBP")
MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg"}

_UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class LogoRefused(Exception):
    """The upload cannot be a logo. `reason` is "too large", "too big" or "not a picture"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CleanLogo:
    """Pixels written anew by us: nothing of the upload's own bytes, names or metadata is left."""

    content: bytes
    extension: str


def clean_logo(upload: BinaryIO, *, size: int) -> CleanLogo:
    """Read a PNG, JPEG or WebP picture by its content and write it again. Raises LogoRefused.

    `size` is the upload's length in bytes.
    """
    if size > LARGEST_FILE:
        raise LogoRefused("too large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _written_again(upload)
    except _UNREADABLE:
        raise LogoRefused("not a picture") from None


def _written_again(upload: BinaryIO) -> CleanLogo:
    with Image.open(upload, formats=READABLE) as picture:
        if max(picture.size) > LONGEST_SIDE:
            raise LogoRefused("too big")
        is_photograph = picture.format == "JPEG"
        upright = ImageOps.exif_transpose(picture)
        kept = upright.convert("RGB" if is_photograph else "RGBA")
    kept.thumbnail((KEPT_SIDE, KEPT_SIDE))
    content = io.BytesIO()
    if is_photograph:
        kept.save(content, "JPEG", quality=88)
    else:
        kept.save(content, "PNG", optimize=True)
    return CleanLogo(content.getvalue(), "jpg" if is_photograph else "png")
