"""The design system's tags: icon, avatar, who can see it, chip, form fields."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from coachops.web import clocks, fields

if TYPE_CHECKING:
    from datetime import datetime

    from django.forms import BoundField
    from django.utils.safestring import SafeString

register = template.Library()

TINTS = 7
VISIBILITY = {
    "private": ("lock-keyhole", _("Only you")),
    "client": ("user-round", _("You and your client")),
    "sponsor": ("building-2", _("Sponsor can see")),
    "cohort": ("users-round", _("Your cohort")),
    "practice": ("library", _("Everyone in the practice")),
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite: decoration beside words, or a picture with its own label."""
    return _drawn(str(name), str(label))


@lru_cache(maxsize=512)
def _drawn(name: str, label: str) -> SafeString:
    """A page holds dozens of icons, and there are few different ones."""
    href = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


@register.simple_tag
def avatar(name: str, key: object = "", size: str = "") -> SafeString:
    """Initials on a tint that stays with the person. The name must stand beside it.

    `key` is what the tint follows (an id; the name if not given); `size` is xs, s, l or xl.
    """
    tint = zlib.crc32(str(key or name).encode()) % TINTS + 1
    return format_html(
        '<span class="avatar{}" data-tint="{}" aria-hidden="true">{}</span>',
        f" avatar-{size}" if size else "",
        tint,
        initials(name),
    )


@register.filter
def initials(name: str) -> str:
    """At most two letters: of the first and the last word."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def city(zone_name: str) -> str:
    """`New York` for America/New_York, as zones are named on every page."""
    return clocks.city(zone_name)


@register.filter(expects_localtime=True)
def hours(moment: datetime, clock: str = "") -> str:
    """`14:30`, or `2:30 pm` on the clock of 12 hours; in the active zone."""
    return clocks.clock_words(moment, clock)


@register.simple_tag
def vis(kind: str, text: str = "") -> SafeString:
    """Who can see it: private, client, sponsor, cohort or practice. Name the people in `text`."""
    symbol, label = VISIBILITY[kind]
    return format_html('<span class="vis vis-{}">{}{}</span>', kind, icon(symbol), text or label)


@register.simple_tag
def chip(text: str, kind: str = "", symbol: str = "") -> SafeString:
    """A state in a word. `kind` is good, warn, risk, brand or line; `symbol` names an icon."""
    return format_html(
        '<span class="chip{}">{}{}</span>',
        f" chip-{kind}" if kind else "",
        icon(symbol) if symbol else "",
        text,
    )


@register.filter
def field_kind(field: BoundField) -> str:
    """Which part of components/field.html draws this field."""
    return fields.kind(field)


@register.simple_tag
def widget(field: BoundField, **attrs: Any) -> SafeString:
    """A form field's control, dressed; `data_x=…` becomes `data-x`."""
    return fields.draw(field, **attrs)
