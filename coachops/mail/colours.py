"""A practice's hue as colours that mail programs understand: hexadecimal, readable for every hue.

Pages use OKLCH with a fixed lightness, so that contrast holds whatever the hue; mail programs know
neither OKLCH nor custom properties, so the same colours are worked out here.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

# Björn Ottosson's matrices from OKLab to linear sRGB.
_TO_LMS = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_TO_RGB = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one mail; `dark_` ones are for readers whose programs are dark."""

    ground: str
    head: str
    head_text: str
    brand: str
    on_brand: str
    ink: str
    ink_soft: str
    rule: str
    edge: str
    dark_ground: str
    dark_card: str
    dark_ink: str
    dark_ink_soft: str
    dark_rule: str
    dark_edge: str
    dark_brand: str
    dark_on_brand: str
    thread: str = "#f3a56a"


@lru_cache(maxsize=361)
def palette(hue: int) -> Palette:
    """The colours for a brand hue in degrees."""
    return Palette(
        ground=oklch(0.972, 0.006, hue),
        head=oklch(0.29, 0.046, hue),
        head_text=oklch(0.86, 0.02, hue),
        brand=oklch(0.44, 0.085, hue),
        on_brand="#ffffff",
        ink=oklch(0.24, 0.03, hue),
        ink_soft=oklch(0.45, 0.026, hue),
        rule=oklch(0.9, 0.01, hue),
        edge=oklch(0.61, 0.025, hue),
        dark_ground=oklch(0.165, 0.012, hue),
        dark_card=oklch(0.228, 0.016, hue),
        dark_ink=oklch(0.955, 0.008, hue),
        dark_ink_soft=oklch(0.82, 0.016, hue),
        dark_rule=oklch(0.33, 0.018, hue),
        dark_edge=oklch(0.6, 0.025, hue),
        dark_brand=oklch(0.79, 0.075, hue),
        dark_on_brand=oklch(0.2, 0.03, hue),
    )


def oklch(lightness: float, chroma: float, hue: float) -> str:
    """#rrggbb of an OKLCH colour (hue in degrees); chroma gives way where sRGB has none such."""
    while chroma > 0:
        channels = _linear(lightness, chroma, hue)
        if all(-0.0005 <= channel <= 1.0005 for channel in channels):
            break
        chroma -= 0.002
    else:
        channels = _linear(lightness, 0, hue)
    return "#" + "".join(f"{round(255 * _encoded(channel)):02x}" for channel in channels)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG 2 between two #rrggbb colours, from 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, ...]:
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    lms = [(row[0] * lightness + row[1] * a + row[2] * b) ** 3 for row in _TO_LMS]
    return tuple(sum(x * y for x, y in zip(row, lms, strict=True)) for row in _TO_RGB)


def _encoded(channel: float) -> float:
    clipped = min(max(channel, 0.0), 1.0)
    if clipped <= 0.0031308:
        return 12.92 * clipped
    return float(1.055 * clipped ** (1 / 2.4) - 0.055)


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
