"""Small pictures for uploads."""

import io

from PIL import Image


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, (10, 90, 120)).save(content, kind)
    return content.getvalue()
